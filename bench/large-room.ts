import { createHistogram } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { addParticipants, createConversations, startConfabServer } from './support/confab-server.ts';
import { openHttpConnection } from './support/http-connection.ts';
import { messageText } from './support/message-servers.ts';
import { report } from './support/report.ts';
import { joinAsSdk } from './support/room.ts';
import { withTemporaryFolder } from './support/temporary-folder.ts';
import type { TwilsockClient } from './support/twilsock-client.ts';

/**
 * One conversation with very many members, some of them connected: what a join costs, how long a message takes to reach all who are
 * connected, what all of their reads cost, and how long the server leaves others waiting while the whole conversation is deleted.
 */
const { values: given } = parseArgs({
  options: {
    members: { type: 'string', default: '10000' },
    connected: { type: 'string', default: '1000' },
    messages: { type: 'string', default: '20' },
    json: { type: 'string' },
  },
});
const [members, connected, messages] = [Number(given.members), Number(given.connected), Number(given.messages)];

/** Reads are merged for a second (design 10), and then written. */
const MERGED_MS = 3000;

await withTemporaryFolder(async (folder) => {
  const server = await startConfabServer({ folder, limits: { participantsPerConversation: members } });
  const clients: TwilsockClient[] = [];
  try {
    const [sid = '', other = ''] = await createConversations(server, 2);
    const identities = Array.from({ length: members }, (_, n) => `member-${n}`);
    const joining = performance.now();
    await addParticipants(
      server,
      identities.map((identity) => ({ conversationSid: sid, identity })),
    );
    const joinMs = (performance.now() - joining) / members;

    let frames = 0;
    for (const identity of identities.slice(0, connected)) {
      clients.push(
        await joinAsSdk(server, identity, [sid], {
          onEvent: () => {
            frames += 1;
          },
        }),
      );
    }
    const http = await openHttpConnection(server.port);
    /** How long requests to somewhere else take meanwhile, in ms: what holds the loop shows here. */
    async function watched<Result>(work: Promise<Result>): Promise<{ result: Result; longestMs: number }> {
      const waits = createHistogram();
      let done = false;
      const watching = (async () => {
        while (!done) {
          const asked = performance.now();
          await http.send(server.post(`/v1/Conversations/${other}`, { FriendlyName: 'Another' }));
          waits.record(Math.max(1, Math.round((performance.now() - asked) * 1000)));
        }
      })();
      const result = await work.finally(() => {
        done = true;
      });
      await watching;
      return { result, longestMs: waits.max / 1000 };
    }
    async function framesReach(count: number): Promise<void> {
      while (frames < count) await sleep(1);
    }

    const sends: number[] = [];
    const sender = await openHttpConnection(server.port);
    for (let n = 0; n < messages; n += 1) {
      frames = 0;
      const sent = performance.now();
      await sender.send(server.post(`/v1/Conversations/${sid}/Messages`, { Body: messageText(n) }));
      await framesReach(connected);
      sends.push(performance.now() - sent);
      await sleep(50);
    }

    await sleep(MERGED_MS);
    frames = 0;
    const read = await watched(
      Promise.all(
        clients.map((client) =>
          client.request('POST', `/Client/v2/MyConversations/${sid}`, {
            body: { last_read_message_index: messages - 1 },
          }),
        ),
      ).then(() => sleep(MERGED_MS)),
    );
    const framesPerClient = frames / connected;

    const deleting = performance.now();
    const deleted = await watched(
      sender.send(server.delete(`/v1/Conversations/${sid}`)).then(({ status }) => {
        if (status !== 204) throw new Error(`The deletion was answered with ${status}.`);
        return performance.now() - deleting;
      }),
    );
    report(
      `A conversation of ${members} members, ${connected} of them connected`,
      [
        { what: 'a join', unit: 'ms', values: [joinMs] },
        { what: 'a message, till all who are connected have it', unit: 'ms', values: sends },
        { what: 'frames that each client got for the reads of all', unit: 'frames', values: [framesPerClient] },
        { what: 'longest wait of others during the reads', unit: 'ms', values: [read.longestMs] },
        { what: 'deletion of the conversation', unit: 'ms', values: [deleted.result] },
        { what: 'longest wait of others during the deletion', unit: 'ms', values: [deleted.longestMs] },
      ],
      given.json,
    );
  } finally {
    for (const client of clients) client.close();
    await server.stop();
  }
});
