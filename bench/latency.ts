import { setTimeout as sleep } from 'node:timers/promises';
import { addParticipants, createConversations, startConfabServer } from './support/confab-server.ts';
import { eachNumberAfter } from './support/delivery-counter.ts';
import { MESSAGE_NUMBER, messageText } from './support/message-servers.ts';
import { benchOptions } from './support/options.ts';
import { watchLoad } from './support/process-usage.ts';
import { report } from './support/report.ts';
import { joinAsSdk } from './support/room.ts';
import { interleave, quantile, valuesOf } from './support/rounds.ts';
import { createSender, type SendMessage } from './support/sender.ts';
import { withTemporaryFolder } from './support/temporary-folder.ts';
import type { TwilsockClient } from './support/twilsock-client.ts';

/** From the send of a message, by one of 20 members, to its arrival at each of them, at 500 messages a second in all. */
const options = benchOptions({ seconds: 5 });
const CONVERSATIONS = 25;
const MEMBERS = 20;
const MESSAGES_PER_SECOND = 500;
const WARM_UP_MS = 2000;
const SETTLE_MS = 10_000;

const metrics = ['p50', 'p99', 'greatest', 'serverShare', 'generatorShare'] as const;
type Metric = (typeof metrics)[number];

async function measure(folder: string): Promise<Record<Metric, number>> {
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
    const hands: SendMessage[] = [];
    for (const { identity, conversationSid } of memberships) {
      const client = await joinAsSdk(server, identity, [conversationSid], { onEvent });
      const path = `/Client/v2/Conversations/${conversationSid}/Messages`;
      clients.push(client);
      hands.push(async (n) => {
        sentAt[n] = performance.now();
        await client.request('POST', path, { body: { body: messageText(n), attributes: '{}' } });
      });
    }
    const sender = createSender(hands);
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
    const used = watchLoad(server.pid);
    await sender.pace(MESSAGES_PER_SECOND, options.seconds * 1000);
    const { serverCpuMs, elapsedMs, generatorShare } = used();
    await arrived((sender.acknowledged() - warmUps) * MEMBERS);
    latencies.sort((a, b) => a - b);
    return {
      p50: quantile(latencies, 0.5),
      p99: quantile(latencies, 0.99),
      greatest: quantile(latencies, 1),
      serverShare: serverCpuMs / elapsedMs,
      generatorShare,
    };
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
const values = (metric: Metric) => valuesOf(measured, 'confab', metric);

report(
  `Send to receive: ${MESSAGES_PER_SECOND} messages/s into ${CONVERSATIONS} conversations of ${MEMBERS} members`,
  [
    { what: 'half arrive within', unit: 'ms', values: values('p50'), goal: { atMost: 5 } },
    { what: '99 of 100 arrive within', unit: 'ms', values: values('p99'), goal: { atMost: 50 } },
    { what: 'all arrive within', unit: 'ms', values: values('greatest') },
    { what: 'server', unit: 'share of a core', values: values('serverShare') },
    { what: 'generator', unit: 'share of a core', values: values('generatorShare') },
  ],
  options.json,
);
