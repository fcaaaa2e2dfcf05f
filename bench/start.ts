import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { addParticipants, createAll, createConversations, startConfabServer } from './support/confab-server.ts';
import { messageText, startBaselineTarget } from './support/message-servers.ts';
import { benchOptions } from './support/options.ts';
import { report } from './support/report.ts';
import { interleave, valuesOf } from './support/rounds.ts';
import { startAsSdk } from './support/sdk-start.ts';
import { withTemporaryFolder } from './support/temporary-folder.ts';

/**
 * From the start of the process to its ready line, on data of a user in 1,000 conversations, against the bare server's; and that user's
 * start, by the requests of the SDK: the first one after the server's own start, and one on a server that is warm.
 */
const options = benchOptions({ seconds: 1 });
const CONVERSATIONS = 1000;
const MESSAGES_EACH = 3;
/** Starts before the one that counts as warm. */
const WARM_UPS = 8;
const IDENTITY = 'alice';

const metrics = [
  'listening',
  'initialized',
  'listed',
  'open',
  'cpu',
  'coldInitialized',
  'coldOpen',
  'coldCpu',
] as const;
type Metric = (typeof metrics)[number];

async function prepare(folder: string): Promise<void> {
  const server = await startConfabServer({ folder });
  try {
    const sids = await createConversations(server, CONVERSATIONS);
    await addParticipants(
      server,
      sids.flatMap((conversationSid, n) => [
        { conversationSid, identity: IDENTITY },
        { conversationSid, identity: `partner-${n}` },
      ]),
    );
    await createAll(
      server,
      sids.flatMap((sid) =>
        Array.from({ length: MESSAGES_EACH }, (_, n) =>
          server.post(`/v1/Conversations/${sid}/Messages`, { Body: messageText(n), Author: IDENTITY }),
        ),
      ),
    );
  } finally {
    await server.stop();
  }
}

async function measureConfab(folder: string): Promise<Record<Metric, number>> {
  const server = await startConfabServer({ folder, profile: options.profile });
  try {
    const cold = await startAsSdk(server, IDENTITY);
    for (let n = 1; n < WARM_UPS; n += 1) await startAsSdk(server, IDENTITY);
    const warm = await startAsSdk(server, IDENTITY);
    if (warm.conversations !== CONVERSATIONS) throw new Error(`${warm.conversations} conversations were listed.`);
    return {
      listening: server.startMs,
      initialized: warm.initializedMs,
      listed: warm.listedMs,
      open: warm.openMs,
      cpu: warm.serverCpuMs,
      coldInitialized: cold.initializedMs,
      coldOpen: cold.openMs,
      coldCpu: cold.serverCpuMs,
    };
  } finally {
    await server.stop();
  }
}

async function measureBaseline(): Promise<Record<Metric, number>> {
  return withTemporaryFolder(async (folder) => {
    const { server } = await startBaselineTarget(folder);
    await server.stop();
    const none = Number.NaN;
    return {
      listening: server.startMs,
      initialized: none,
      listed: none,
      open: none,
      cpu: none,
      coldInitialized: none,
      coldOpen: none,
      coldCpu: none,
    };
  });
}

await withTemporaryFolder(async (folder) => {
  mkdirSync(join(folder, 'data'));
  await prepare(folder);
  const measured = await interleave(
    [
      { name: 'confab', run: () => measureConfab(folder) },
      { name: 'baseline', run: measureBaseline },
    ],
    metrics,
    options.rounds,
  );
  const confab = (metric: Metric) => valuesOf(measured, 'confab', metric);
  report(
    `A later start, and the start of an SDK client in ${CONVERSATIONS} conversations`,
    [
      { what: 'confab, listening', unit: 'ms', values: confab('listening'), goal: { atMost: 1000 } },
      { what: 'baseline, listening', unit: 'ms', values: valuesOf(measured, 'baseline', 'listening') },
      { what: 'client, initialized', unit: 'ms', values: confab('initialized'), goal: { atMost: 200 } },
      { what: 'client, all conversations listed', unit: 'ms', values: confab('listed') },
      { what: 'client, all conversations open and live', unit: 'ms', values: confab('open') },
      { what: 'client, whole start', unit: 'ms of server CPU', values: confab('cpu'), goal: { atMost: 500 } },
      { what: 'first client of the process, initialized', unit: 'ms', values: confab('coldInitialized') },
      { what: 'first client of the process, all open', unit: 'ms', values: confab('coldOpen') },
      { what: 'first client of the process, whole start', unit: 'ms of server CPU', values: confab('coldCpu') },
    ],
    options.json,
  );
});
