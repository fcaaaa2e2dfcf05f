import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { startConfabServer } from './support/confab-server.ts';
import { openHttpConnection } from './support/http-connection.ts';
import { messageText } from './support/message-servers.ts';
import { report } from './support/report.ts';
import { withTemporaryFolder } from './support/temporary-folder.ts';

/**
 * What it costs to send a message and to read the newest page, over one connection, with little in the database and with much: the work
 * must not grow with what was said before (invariant 10). The small and the large one are asked in turns. `--messages` is of the large one.
 */
const { values: given } = parseArgs({
  options: {
    messages: { type: 'string', default: '1000000' },
    rounds: { type: 'string', default: '5' },
    requests: { type: 'string', default: '500' },
    json: { type: 'string' },
  },
});
const SMALL = 1000;
const [large, rounds, requests] = [Number(given.messages), Number(given.rounds), Number(given.requests)];
const SCRIPT = fileURLToPath(new URL('../packages/confab/bin/confab.js', import.meta.url));

/** Messages of a conversation on average. */
const PER_CONVERSATION = 1000;

/** A server on data with so many messages. */
async function prepared(folder: string, messages: number) {
  // The first start makes the credentials.
  await (await startConfabServer({ folder })).stop();
  const conversations = Math.ceil(messages / PER_CONVERSATION);
  const seeding = spawn(
    process.execPath,
    [SCRIPT, 'seed', '--conversations', String(conversations), '--messages', String(messages), '--json'],
    {
      env: { PATH: process.env.PATH ?? '', CONFAB_DATA_DIR: join(folder, 'data') },
      stdio: ['ignore', 'ignore', 'inherit'],
    },
  );
  const [code] = await once(seeding, 'exit');
  if (code !== 0) throw new Error(`confab seed ended with ${code}.`);
  const server = await startConfabServer({ folder, logLevel: 'warn' });
  const http = await openHttpConnection(server.port);
  const { body } = await http.send(server.get('/v1/Conversations?PageSize=1'));
  const sid: string = JSON.parse(body).conversations[0].sid;
  const path = `/v1/Conversations/${sid}/Messages`;

  /** Median of as many requests, in ms. */
  async function each(request: (n: number) => string): Promise<number> {
    const times: number[] = [];
    for (let n = 0; n < requests; n += 1) {
      const asked = performance.now();
      const { status } = await http.send(request(n));
      if (status >= 300) throw new Error(`A request was answered with ${status}.`);
      times.push(performance.now() - asked);
    }
    return times.sort((a, b) => a - b)[Math.floor(times.length / 2)] ?? Number.NaN;
  }
  return {
    send: () => each((n) => server.post(path, { Body: messageText(n) })),
    page: () => each(() => server.get(`${path}?Order=desc&PageSize=50`)),
    async stop() {
      http.close();
      await server.stop();
    },
  };
}

await withTemporaryFolder(async (smallFolder) =>
  withTemporaryFolder(async (largeFolder) => {
    const little = await prepared(smallFolder, SMALL);
    const much = await prepared(largeFolder, large);
    try {
      const times = {
        send: [] as number[],
        page: [] as number[],
        grownSend: [] as number[],
        grownPage: [] as number[],
      };
      for (let round = 0; round < rounds; round += 1) {
        times.send.push(await little.send());
        times.grownSend.push(await much.send());
        times.page.push(await little.page());
        times.grownPage.push(await much.page());
      }
      const ratios = (grown: number[], small: number[]) => grown.map((time, at) => time / (small[at] ?? Number.NaN));
      report(
        `With ${large} messages, against ${SMALL}`,
        [
          { what: 'a send', unit: 'ratio', values: ratios(times.grownSend, times.send), goal: { atMost: 1.2 } },
          { what: 'a page', unit: 'ratio', values: ratios(times.grownPage, times.page), goal: { atMost: 1.2 } },
          { what: `a send, ${large}`, unit: 'ms', values: times.grownSend },
          { what: `a send, ${SMALL}`, unit: 'ms', values: times.send },
          { what: `a page of 50, ${large}`, unit: 'ms', values: times.grownPage },
          { what: `a page of 50, ${SMALL}`, unit: 'ms', values: times.page },
        ],
        given.json,
      );
    } finally {
      await little.stop();
      await much.stop();
    }
  }),
);
