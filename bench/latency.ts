import { setTimeout as sleep } from 'node:timers/promises';
import { addParticipants, createConversations, startConfabServer } from './support/confab-server.ts';
import { eachNumberAfter } from './support/delivery-counter.ts';
import { MESSAGE_NUMBER, messageText } from './support/message-servers.ts';
import { benchOptions } from './support/options.ts';
import { report } from './support/report.ts';
import { joinAsSdk } from './support/room.ts';
import { interleave, quantile, valuesOf } from './support/rounds.ts';
import { createSender } from './support/sender.ts';
import { withTemporaryFolder } from './support/temporary-folder.ts';
import type { TwilsockClient } from './support/twilsock-client.ts';

/** From the send of a message to its arrival at each of 20 members, at 500 messages a second in all. */
const options = benchOptions({ seconds: 5 });
const CONVERSATIONS = 25;
const MEMBERS = 20;
const MESSAGES_PER_SECOND = 500;
const SEND_CONNECTIONS = 32;
const WARM_UP_MS = 2000;
const SETTLE_MS = 10_000;

const metrics = ['p50', 'p99', 'greatest'] as const;

async function measure(folder: string): Promise<Record<(typeof metrics)[number], number>> {
  const server = await startConfabServer({ folder, profile: options.profile });
  const clients: TwilsockClient[] = [];
  try {
    const sentAt: number[] = [];
    let latencies: number[] = [];
    const onEvent = (payload: Buffer): void => {
      const now = performance.now();
      eachNumberAfter(payload, MESSAGE_NUMBER, (n) => latencies.push(now - (sentAt[n] ?? Number.NaN)));
    };
    const conversationSids = await createConversations(server, CONVERSATIONS);
    const memberships = conversationSids.flatMap((conversationSid, room) =>
      Array.from({ length: MEMBERS }, (_, n) => ({ conversationSid, identity: `member-${room}-${n}` })),
    );
    await addParticipants(server, memberships);
    for (const { identity, conversationSid } of memberships) {
      clients.push(await joinAsSdk(server, identity, [conversationSid], { onEvent }));
    }
    const sender = await createSender(server.port, SEND_CONNECTIONS, (n) => {
      sentAt[n] = performance.now();
      const sid = conversationSids[n % CONVERSATIONS];
      return server.post(`/v1/Conversations/${sid}/Messages`, { Body: messageText(n) });
    });
    const arrived = async (count: number): Promise<void> => {
      const deadline = performance.now() + SETTLE_MS;
      while (latencies.length < count) {
        if (performance.now() > deadline) throw new Error(`${latencies.length} of ${count} deliveries arrived.`);
        await sleep(5);
      }
    };
    await sender.pace(MESSAGES_PER_SECOND, WARM_UP_MS);
    const warmUps = sender.acknowledged();
    await arrived(warmUps * MEMBERS);
    latencies = [];
    await sender.pace(MESSAGES_PER_SECOND, options.seconds * 1000);
    await arrived((sender.acknowledged() - warmUps) * MEMBERS);
    sender.close();
    latencies.sort((a, b) => a - b);
    return { p50: quantile(latencies, 0.5), p99: quantile(latencies, 0.99), greatest: quantile(latencies, 1) };
  } finally {
    for (const client of clients) client.close();
    await server.stop();
  }
}

const measured = await interleave(
  [{ name: 'confab', run: () => withTemporaryFolder(measure) }],
  metrics,
  options.rounds,
);
const GOALS = { p50: { atMost: 5 }, p99: { atMost: 50 }, greatest: undefined };

report(
  `Send to receive: ${MESSAGES_PER_SECOND} messages/s into ${CONVERSATIONS} conversations of ${MEMBERS} members`,
  metrics.map((metric) => ({
    what: metric,
    unit: 'ms',
    values: valuesOf(measured, 'confab', metric),
    ...(GOALS[metric] !== undefined && { goal: GOALS[metric] }),
  })),
  options.json,
);
