import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { firstStart } from '../../src/domain/index.ts';
import { createSecretBox, type SecretBox } from '../../src/secrets/index.ts';
import { openStore, SQLITE_FILE } from '../../src/store/index.ts';

/** A key that signs Access Tokens. */
export interface SigningKey {
  sid: string;
  secret: string;
}

/** A database after its first start, from which each run gets a copy: making one anew takes longer than many a run. */
export interface Template {
  readonly secretBox: SecretBox;
  readonly masterKey: Buffer;
  readonly accountSid: string;
  readonly chatServiceSid: string;
  /** The first one is never revoked. */
  readonly keys: readonly [SigningKey, SigningKey];
  /** Copies the database into a new folder, and returns that. */
  copy(): string;
  remove(): void;
}

const digits = (digit: string): string => digit.repeat(32);

const ACCOUNT = `AC${digits('a')}`;
const SERVICE = `IS${digits('b')}`;
const KEYS = [
  { sid: `SK${digits('c')}`, secret: digits('first') },
  { sid: `SK${digits('d')}`, secret: digits('second') },
] as const;

export async function createTemplate(): Promise<Template> {
  const folder = mkdtempSync(join(tmpdir(), 'confab-simulation-'));
  const masterKey = Buffer.alloc(32, 7);
  const secretBox = createSecretBox(masterKey);
  const [first, second] = KEYS;
  const store = await openStore(
    { engine: 'sqlite', folder },
    { maxBatch: 1, maxWaiting: 10, onCommit: () => {}, onBackgroundError: () => {} },
  );
  const now = 0;
  const given = { accountSid: ACCOUNT, apiKey: first.sid, apiSecret: first.secret, chatServiceSid: SERVICE };
  await firstStart(store, secretBox, given, now);
  await store.write(async ({ db }) => {
    const account = await db.selectFrom('accounts').select('id').executeTakeFirstOrThrow();
    await db
      .insertInto('api_keys')
      .values({
        sid: second.sid,
        account_id: account.id,
        kind: 'main',
        friendly_name: 'Second key',
        secret: secretBox.seal(second.secret, second.sid),
        created_at: now,
        updated_at: now,
        revoked_at: null,
      })
      .execute();
  });
  await store.close();

  let copies = 0;
  return {
    secretBox,
    masterKey,
    accountSid: ACCOUNT,
    chatServiceSid: SERVICE,
    keys: KEYS,
    copy() {
      copies += 1;
      const copy = mkdtempSync(join(folder, `${copies}-`));
      copyFileSync(join(folder, SQLITE_FILE), join(copy, SQLITE_FILE));
      return copy;
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
