import { createHash } from 'node:crypto';
import type { Clock } from '../clock.ts';
import type { Limits } from '../config/index.ts';
import {
  type AccountActor,
  AlreadyApplied,
  addParticipant,
  type Command,
  createCommandRunner,
  createConversation,
  createRole,
  createService,
  createUser,
  DomainError,
  findService,
  findServiceById,
  operatorOf,
  requireConversation,
  type ServiceRef,
  sendMessage,
  serviceRef,
  updateConversation,
  updateParticipant,
} from '../domain/index.ts';
import type { SecretBox } from '../secrets/index.ts';
import { type SidPrefix, withSidsFrom } from '../sid.ts';
import type { Store } from '../store/index.ts';
import { type ConversationSeed, type Seed, SeedError, type ServiceSeed } from './seed.ts';

export interface ApplySeedOptions {
  store: Store;
  secretBox: SecretBox;
  clock: Clock;
  limits: Limits;
  /** Whether what is made has the same SIDs each time, as far as the services have them. */
  fixedSids: boolean;
}

/** `other`: the database was seeded with another seed, and is left as it is. */
export type SeedOutcome = 'applied' | 'was applied' | 'other';

const META_KEY = 'seed';

/**
 * Makes what the seed says, through the commands that REST runs, as the operator. Each entry is made once, in the transaction that
 * remembers so: an interrupted seed goes on where it was, several nodes may apply it at once, and one that was applied is not applied
 * again. Throws SeedError, with the place of what was refused; what stands before it has been made.
 */
export async function applySeed(seed: Seed, options: ApplySeedOptions): Promise<SeedOutcome> {
  const { store, secretBox } = options;
  const known = await store.read.selectFrom('meta').select('value').where('key', '=', META_KEY).executeTakeFirst();
  if (known !== undefined) return known.value === seed.hash ? 'was applied' : 'other';
  const make = createMaker(seed, options, await operatorOf(store.read, secretBox));
  for (const service of seed.services) await applyService(service, options, make);
  await store.write(async ({ db }) => {
    const row = { key: META_KEY, value: seed.hash };
    await db
      .insertInto('meta')
      .values(row)
      .onConflict((conflict) => conflict.column('key').doNothing())
      .execute();
  });
  return 'applied';
}

interface Maker {
  operator: AccountActor;
  /** Runs a command once for an entry, and returns the SID of what it made. */
  <Input, Plan, Result>(
    command: Command<Input, Plan, Result>,
    entry: { place: string; key: string },
    input: Input,
    sidScope?: string,
  ): Promise<string>;
}

function createMaker(seed: Seed, { store, clock, limits, fixedSids }: ApplySeedOptions, operator: AccountActor): Maker {
  // The operator's own file is not held to the rates of callers.
  const unlimited = { ...limits, serviceChangesPerSecond: 1e9, conversationChangesPerSecond: 1e9 };
  const execute = createCommandRunner({ store, clock, limits: unlimited, before: [] });
  const made = new Set<string>();
  const make = async <Input, Plan, Result>(
    command: Command<Input, Plan, Result>,
    { place, key }: { place: string; key: string },
    input: Input,
    sidScope = operator.account.sid,
  ): Promise<string> => {
    if (made.has(key)) throw new SeedError(`${place}: two entries are about the same.`);
    made.add(key);
    const fixed = fixedSids ? withFixedSids(command, `${sidScope}/${key}`) : command;
    const once = {
      serviceId: 0,
      principal: META_KEY,
      operation: command.name,
      key: `${seed.hash}/${key}`,
      hash: seed.hash,
      status: 201,
    };
    try {
      return String(Object(await execute(fixed, operator, input, { once })).sid);
    } catch (error) {
      if (error instanceof AlreadyApplied) return String(error.applied.resultSid);
      if (error instanceof DomainError)
        throw new SeedError(`${place}: ${error.message} (${error.code})`, { cause: error });
      throw error;
    }
  };
  return Object.assign(make, { operator });
}

/** The same SIDs each time the command runs, which it may do twice: they are counted from the start of its transaction. */
function withFixedSids<Input, Plan, Result>(
  command: Command<Input, Plan, Result>,
  scope: string,
): Command<Input, Plan, Result> {
  return {
    ...command,
    transact(context, plan) {
      let count = 0;
      const next = (prefix: SidPrefix): string => {
        count += 1;
        return prefix + createHash('sha256').update(`${scope}/${prefix}/${count}`).digest('hex').slice(0, 32);
      };
      return withSidsFrom(next, () => command.transact(context, plan));
    },
  };
}

async function applyService(seed: ServiceSeed, { store }: ApplySeedOptions, make: Maker): Promise<void> {
  const { read } = store;
  const { id: accountId, default_service_id } = make.operator.account;
  const row =
    seed.friendlyName === undefined
      ? await findServiceById(read, default_service_id ?? 0)
      : await findService(read, accountId, await make(createService, seed, { friendlyName: seed.friendlyName }));
  if (row === undefined) throw new SeedError(`${seed.place}: the service was deleted.`);
  const service = serviceRef(row);
  const within: Within = {
    service,
    store,
    make,
    roleSid: (name, type, place) => roleSidOf(store, service, name, type, place),
  };
  for (const { friendlyName, type, permissions, ...entry } of seed.roles) {
    await make(createRole, entry, { service, friendlyName, type, permissions }, service.sid);
  }
  for (const { identity, friendlyName, attributes, role, ...entry } of seed.users) {
    const roleSid = await within.roleSid(role, 'service', entry.place);
    await make(createUser, entry, { service, identity, friendlyName, attributes, roleSid }, service.sid);
  }
  for (const conversation of seed.conversations) await applyConversation(conversation, within);
}

interface Within {
  service: ServiceRef;
  store: Store;
  make: Maker;
  roleSid(name: string | undefined, type: 'service' | 'conversation', place: string): Promise<string | undefined>;
}

/** It is closed or made inactive last: a closed one takes neither participants nor messages. */
async function applyConversation(seed: ConversationSeed, { service, store, make, roleSid }: Within): Promise<void> {
  const { key, place, state, inactiveTimer, closedTimer, uniqueName, friendlyName, attributes, createdAt } = seed;
  const entry = { key, place };
  const names = { uniqueName, friendlyName, attributes };
  const sid = await make(createConversation, entry, { service, ...names, createdAt }, service.sid);
  const conversation = await requireConversation(store.read, service.id, sid);
  const inside = { service, conversation };
  const horizons: { place: string; key: string; sidOrIdentity: string; index: number }[] = [];
  for (const { role, lastReadMessageIndex: index, ...one } of seed.participants) {
    const roleGiven = await roleSid(role, 'conversation', one.place);
    const input = { ...inside, ...one, roleSid: roleGiven, joinPolicy: 'sid' as const };
    const sidOrIdentity = await make(addParticipant, one, input, service.sid);
    if (index !== undefined) horizons.push({ place: one.place, key: `${one.key}/horizon`, sidOrIdentity, index });
  }
  for (const message of seed.messages) await make(sendMessage, message, { ...inside, ...message }, service.sid);
  for (const { sidOrIdentity, index, ...one } of horizons) {
    await make(updateParticipant, one, { ...inside, sidOrIdentity, horizon: { index } });
  }
  if (state !== 'active' || inactiveTimer !== undefined || closedTimer !== undefined) {
    const change = { key: `${key}/state`, place };
    await make(updateConversation, change, { ...inside, state, inactiveTimer, closedTimer });
  }
}

async function roleSidOf(
  store: Store,
  service: ServiceRef,
  name: string | undefined,
  type: 'service' | 'conversation',
  place: string,
): Promise<string | undefined> {
  if (name === undefined) return undefined;
  const role = await store.read
    .selectFrom('roles')
    .select('sid')
    .where('service_id', '=', service.id)
    .where('friendly_name', '=', name)
    .where('type', '=', type)
    .executeTakeFirst();
  if (role === undefined) throw new SeedError(`${place}: there is no ${type} role that is called ${name}.`);
  return role.sid;
}
