import {
  type AccountActor,
  addParticipant,
  type ConversationRow,
  createConversation,
  createUser,
  type Execute,
  type ServiceRef,
  sendMessage,
  updateParticipant,
} from '../domain/index.ts';
import { randomNumbers } from './random.ts';

export interface GenerateOptions {
  execute: Execute;
  operator: AccountActor;
  service: ServiceRef;
  conversations: number;
  messages: number;
  users: number;
  /** The same number makes the same data but for SIDs and times. */
  random: number;
  /** The messages end now, and began this long before, in ms. */
  now: number;
  spanMs: number;
  onMade: (what: 'users' | 'conversations' | 'messages' | 'horizons', count: number) => void;
}

/** Commands under way at a time: enough to fill the commits that they share, few enough to stay far below the writer's queue. */
const AT_ONCE = 256;

const WORDS =
  'we can ship the order today and send you a note when it leaves please check the address first thanks that works for me let us talk about it tomorrow morning after lunch is fine too'.split(
    ' ',
  );

interface Made {
  row: ConversationRow;
  members: { identity: string; sid: string }[];
  sent: number;
}

/**
 * Makes many conversations with participants, messages and read horizons, as if they had been used for a while: a few conversations have
 * most of the messages, which are mostly short. Through the same commands as everything else, many at a time so that they share commits:
 * all that holds for data that was sent holds for these.
 */
export async function generate(options: GenerateOptions): Promise<void> {
  const { execute, operator, service, onMade, now, spanMs } = options;
  const random = randomNumbers(options.random);
  const below = (bound: number): number => Math.floor(random() * bound);
  // So that it can be run again on what it made before.
  const run = now.toString(36);
  const identities = Array.from({ length: options.users }, (_, at) => `user-${run}-${at + 1}`);
  await inParallel(numbers(options.users), async (at) => {
    const identity = identities[at] ?? '';
    await execute(createUser, operator, { service, identity, friendlyName: `User ${at + 1}` });
    onMade('users', 1);
  });

  const made: Made[] = [];
  await inParallel(numbers(options.conversations), async (at) => {
    // Drawn before anything is waited for, so that the same numbers go to the same conversation.
    const names = { friendlyName: `Conversation ${at + 1}`, attributes: JSON.stringify({ number: at + 1 }) };
    const size = Math.min(options.users, 2 + Math.floor(random() ** 2 * 18));
    const chosen = new Set(Array.from({ length: size }, () => below(options.users)));
    const createdAt = now - spanMs;
    const row = await execute(createConversation, operator, { service, ...names, createdAt, updatedAt: createdAt });
    const one: Made = { row, members: [], sent: 0 };
    for (const index of chosen) {
      const identity = identities[index] ?? '';
      const input = { service, conversation: row, identity, joinPolicy: 'never' as const };
      one.members.push({ identity, sid: (await execute(addParticipant, operator, input)).sid });
    }
    made[at] = one;
    onMade('conversations', 1);
  });

  await inParallel(numbers(options.messages), async (at) => {
    const one = made[Math.floor(random() ** 3 * made.length)];
    const author = one?.members[below(one.members.length)]?.identity;
    if (one === undefined || author === undefined) return;
    const createdAt = now - spanMs + Math.floor((spanMs * at) / options.messages);
    const body = Array.from({ length: 1 + Math.floor(random() ** 3 * 60) }, () => WORDS[below(WORDS.length)]).join(' ');
    const message = { service, conversation: one.row, author, body, createdAt, updatedAt: createdAt };
    await execute(sendMessage, operator, message);
    one.sent += 1;
    onMade('messages', 1);
  });

  await inParallel(made.values(), async ({ row, members, sent }) => {
    for (const { sid } of members) {
      // One in three has never looked; the others have read more or less.
      const index = below(Math.ceil(sent * 1.5)) - Math.ceil(sent * 0.5);
      if (index < 0) continue;
      await execute(updateParticipant, operator, {
        service,
        conversation: row,
        sidOrIdentity: sid,
        horizon: { index },
      });
      onMade('horizons', 1);
    }
  });
}

function* numbers(count: number): Generator<number> {
  for (let at = 0; at < count; at += 1) yield at;
}

/** Does the work for each, some at a time, begun in their order. The first failure ends it. */
async function inParallel<Item>(items: Iterator<Item>, work: (item: Item) => Promise<void>): Promise<void> {
  let failed = false;
  const worker = async (): Promise<void> => {
    for (let next = items.next(); !next.done && !failed; next = items.next()) {
      await work(next.value).catch((error: unknown) => {
        failed = true;
        throw error;
      });
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}
