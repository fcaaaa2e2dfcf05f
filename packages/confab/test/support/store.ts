import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, onTestFinished } from 'vitest';
import { type ManualClock, manualClock } from '../../src/clock.ts';
import { DEFAULT_LIMITS, type Limits } from '../../src/config/limits.ts';
import {
  type AccountActor,
  connectUser,
  createCommandRunner,
  type Execute,
  findServiceById,
  firstStart,
  type ServiceRef,
  serviceRef,
  type UserActor,
} from '../../src/domain/index.ts';
import { createSecretBox, type SecretBox } from '../../src/secrets/index.ts';
import {
  type ChangeSet,
  type OpenStoreOptions,
  openStore,
  type Store,
  type StoreLocation,
} from '../../src/store/index.ts';
import { createDatabase, needsPostgres } from './postgres.ts';

export type Engine = Store['engine'];

/** The same suite on SQLite and on PostgreSQL. */
export function onEachEngine(title: string, suite: (engine: Engine) => void): void {
  describe(`${title} on SQLite`, () => suite('sqlite'));
  describe(`${title} on PostgreSQL`, needsPostgres, () => suite('postgres'));
}

/** An empty database, removed when the test has finished. To be called in a test. */
export async function emptyDatabase(engine: Engine): Promise<StoreLocation> {
  const { location, remove } = await makeDatabase(engine);
  onTestFinished(remove);
  return location;
}

/** One database for all tests of a suite, each of which makes its own conversations in it. To be called in the suite. */
export function databaseOfSuite(engine: Engine): () => StoreLocation {
  let made: Awaited<ReturnType<typeof makeDatabase>> | undefined;
  beforeAll(async () => {
    made = await makeDatabase(engine);
  });
  afterAll(() => made?.remove());
  return () => {
    if (made === undefined) throw new Error('The database is there when a test runs, not before.');
    return made.location;
  };
}

async function makeDatabase(engine: Engine): Promise<{ location: StoreLocation; remove(): Promise<void> }> {
  if (engine === 'sqlite') {
    const folder = mkdtempSync(join(tmpdir(), 'confab-store-'));
    return {
      location: { engine, folder },
      remove: async () => rmSync(folder, { recursive: true, force: true }),
    };
  }
  const { url, drop } = await createDatabase();
  return { location: { engine, url }, remove: drop };
}

export interface TestStore extends Store {
  /** What every commit changed, in the order of the commits. */
  readonly published: ChangeSet[];
  /** Failures that nobody waited for. */
  readonly backgroundErrors: unknown[];
}

/** Opens the store and remembers what it publishes. Closed when the test has finished, if not before. To be called in a test. */
export async function openTestStore(
  location: StoreLocation,
  options: Partial<OpenStoreOptions> = {},
): Promise<TestStore> {
  const published: ChangeSet[] = [];
  const backgroundErrors: unknown[] = [];
  const store = await openStore(location, {
    maxBatch: 64,
    maxWaiting: 10_000,
    onCommit: (changeSet) => published.push(changeSet),
    onBackgroundError: (error) => backgroundErrors.push(error),
    ...options,
  });
  let closed: Promise<void> | undefined;
  const close = () => {
    closed ??= store.close();
    return closed;
  };
  onTestFinished(close);
  return { ...store, close, published, backgroundErrors };
}

/** The domain over a store: an account, its first service, and the one way in which anything is changed. */
export interface TestDomain {
  store: TestStore;
  clock: ManualClock;
  limits: Limits;
  execute: Execute;
  account: AccountActor;
  secretBox: SecretBox;
  service: ServiceRef;
  /** A user of the service, made by the command that a first connection runs. */
  user(identity: string): Promise<UserActor>;
}

const START = Date.UTC(2026, 0, 1);

/** The same for all stores of a test file, so that several may be opened on one database. */
const secretBox = createSecretBox(randomBytes(32));

export async function domainOver(store: TestStore, limitOverrides: Partial<Limits> = {}): Promise<TestDomain> {
  const clock = manualClock(START);
  const limits = { ...DEFAULT_LIMITS, ...limitOverrides };
  await firstStart(store, secretBox, {}, clock.now());
  const { id, sid, default_service_id } = await store.read
    .selectFrom('accounts')
    .select(['id', 'sid', 'default_service_id'])
    .executeTakeFirstOrThrow();
  const row = await findServiceById(store.read, default_service_id ?? 0);
  if (row === undefined) throw new Error('The first start made no service.');
  const service = serviceRef(row);
  const account: AccountActor = {
    kind: 'account',
    account: { id, sid, default_service_id },
    credentialSid: sid,
    main: true,
  };
  const execute = createCommandRunner({ store, clock, limits, before: [] });
  return {
    store,
    clock,
    limits,
    execute,
    account,
    secretBox,
    service,
    async user(identity) {
      const made = await execute(connectUser, account, { service, identity });
      return { kind: 'user', service, user: { id: made.id, sid: made.sid, identity } };
    },
  };
}

/** Lets everything that can go on without the outside world go on: some turns of the event loop. */
export async function turnsOfTheLoop(count = 10): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}
