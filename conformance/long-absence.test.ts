import { afterEach, describe, expect, test } from 'vitest';
import { type Confab, startConfab } from '../packages/confab/src/index.ts';
import { type Relay, startRelay } from './support/relay.ts';
import { restClient } from './support/rest.ts';
import {
  type Client,
  type Conversation,
  connect,
  everyMessage,
  type Message,
  nextConnectionState,
  nextEvent,
  SDKS,
} from './support/sdk.ts';

const TIMEOUT_MS = 300_000;

/** Changes are made by so many at once. */
const LANES = 8;

let confab: Confab;
let relay: Relay;
afterEach(async () => {
  await relay.close();
  await confab.stop();
});

for (const sdk of SDKS) {
  describe(`a client of ${sdk.name} that was away`, () => {
    async function absent(
      changes: number,
      limitOverrides: Record<string, number>,
      comeBack: () => void,
    ): Promise<void> {
      confab = await startConfab({ limitOverrides });
      relay = await startRelay(confab.socketUrl);
      const alice = await connect(sdk, { ...confab, socketUrl: relay.socketUrl }, 'alice');
      const scene = await setUp(alice, changes);
      const news = record(alice);
      const lost = nextConnectionState(alice, 'connecting');
      relay.cut();
      await lost;
      await changeEverything(scene, changes);
      comeBack();
      relay.mend();
      // The message that was added last, and what is told by other objects at its own time.
      await news.until((told) => told.of('messageAdded').includes(scene.last));
      await news.until((told) => told.of('conversationJoined').length > 0 && told.of('participantJoined').length > 0);
      await expectRight(alice, scene, news, await connect(sdk, confab, 'alice'));
    }

    const changes = sdk === SDKS[0] ? 10_000 : 1_000;
    test(`for ${changes} changes of every kind ends exactly right`, () => absent(changes, {}, () => {}), TIMEOUT_MS);

    test(
      'ends right when replay is cut every five events and the socket dies inside a slice',
      async () => {
        await absent(300, { replaySliceEvents: 5 }, () => relay.cutAfter(30_000));
        expect(relay.cuts()).toBe(1);
      },
      TIMEOUT_MS,
    );
  });
}

interface Scene {
  conversation: Conversation;
  /** Messages that alice knew before she was away. */
  known: Message[];
  /** A conversation that she is taken out of meanwhile, and one that she is taken out of and added to again. */
  lost: { sid: string };
  rejoined: { sid: string };
  rest: ReturnType<typeof restClient>;
  edited: Set<string>;
  removed: Set<string>;
  added: Set<string>;
  /** The message that is sent after everything else. */
  last: string;
}

async function setUp(alice: Client, changes: number): Promise<Scene> {
  const rest = restClient(confab);
  const [main, lost, rejoined] = await Promise.all([
    rest('POST', 'Conversations'),
    rest('POST', 'Conversations'),
    rest('POST', 'Conversations'),
  ]);
  for (const { sid } of [lost, rejoined, main]) {
    const joined = nextEvent(alice, 'conversationJoined');
    await rest('POST', `Conversations/${sid}/Participants`, { Identity: 'alice' });
    await joined;
  }
  await rest('POST', `Conversations/${main.sid}/Participants`, { Identity: 'carol' });
  for (let at = 0; at < Math.min(100, changes / 5); at += 1) {
    await rest('POST', `Conversations/${main.sid}/Messages`, { Body: `before ${at}`, Author: 'carol' });
  }
  const conversation = await alice.getConversationBySid(main.sid);
  const known = (await conversation.getMessages(100)).items;
  await conversation.getParticipants();
  // Her subscriptions must stand, or she would not miss anything: a change that she is told of shows that they do.
  const told = nextEvent(alice, 'conversationUpdated');
  await rest('POST', `Conversations/${main.sid}`, { FriendlyName: 'ready' });
  await told;
  return {
    conversation,
    known,
    lost,
    rejoined,
    rest,
    edited: new Set(),
    removed: new Set(),
    added: new Set(),
    last: '',
  };
}

/** Adds, edits, removals, names, attributes, leave and rejoin, mixed, and as many as asked. */
async function changeEverything(scene: Scene, changes: number): Promise<void> {
  const { conversation, known, rest, edited, removed, added } = scene;
  const path = `Conversations/${conversation.sid}`;
  await rest('DELETE', `Conversations/${scene.lost.sid}/Participants/alice`);
  await rest('DELETE', `Conversations/${scene.rejoined.sid}/Participants/alice`);
  await rest('POST', `Conversations/${scene.rejoined.sid}/Participants`, { Identity: 'alice' });

  async function change(at: number, lane: number, fresh: string[]): Promise<void> {
    const old = known[at % known.length];
    switch (at % 8) {
      case 0:
      case 1:
      case 2: {
        const { sid } = await rest('POST', `${path}/Messages`, { Body: `away ${at}` });
        added.add(sid);
        fresh.push(sid);
        return;
      }
      case 3:
        if (old === undefined || removed.has(old.sid)) return;
        edited.add(old.sid);
        await rest('POST', `${path}/Messages/${old.sid}`, { Body: `edited ${at}` });
        return;
      case 4: {
        const sid = fresh.at(-1);
        if (sid !== undefined) await rest('POST', `${path}/Messages/${sid}`, { Attributes: `{"at":${at}}` });
        return;
      }
      case 5: {
        const sid = fresh.pop();
        if (sid === undefined) return;
        added.delete(sid);
        await rest('DELETE', `${path}/Messages/${sid}`);
        return;
      }
      case 6:
        // One lane alone: the others would look for her while she is out.
        if (lane > 0) return;
        await rest('DELETE', `${path}/Participants/carol`);
        await rest('POST', `${path}/Participants`, { Identity: 'carol' });
        return;
      case 7:
        await rest('POST', path, { FriendlyName: `name ${at}` });
    }
  }
  async function run(lane: number): Promise<void> {
    const fresh: string[] = [];
    for (let at = 0; at < changes / LANES; at += 1) await change(at * LANES + ((at + lane) % LANES), lane, fresh);
  }
  await Promise.all(Array.from({ length: LANES }, (_, lane) => run(lane)));
  for (const message of known.filter((_message, at) => at % 10 === 9)) {
    removed.add(message.sid);
    await rest('DELETE', `${path}/Messages/${message.sid}`);
  }
  const { sid } = await rest('POST', `${path}/Messages`, { Body: 'the end' });
  added.add(sid);
  scene.last = sid;
}

interface News {
  of(kind: string): string[];
  /** Resolves as soon as the condition holds after something was told. */
  until(condition: (news: News) => boolean): Promise<void>;
}

/** What a client tells its app, in order. */
function record(client: Client): News {
  const events: { kind: string; sid: string }[] = [];
  const waiting = new Set<() => void>();
  const note = (kind: string, sid: string): void => {
    events.push({ kind, sid });
    for (const look of [...waiting]) look();
  };
  client.on('messageAdded', ({ sid }) => note('messageAdded', sid));
  client.on('messageUpdated', ({ message }) => note('messageUpdated', message.sid));
  client.on('messageRemoved', ({ sid }) => note('messageRemoved', sid));
  client.on('conversationLeft', ({ sid }) => note('conversationLeft', sid));
  client.on('conversationJoined', ({ sid }) => note('conversationJoined', sid));
  client.on('participantJoined', ({ sid }) => note('participantJoined', sid));
  const news: News = {
    of: (kind) => events.filter((event) => event.kind === kind).map((event) => event.sid),
    until: (condition) =>
      new Promise((resolve) => {
        const look = (): void => {
          if (!condition(news)) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
      }),
  };
  return news;
}

/** The right events, each once, and at the end the same view as a client that has only just come. */
async function expectRight(alice: Client, scene: Scene, news: News, fresh: Client): Promise<void> {
  const { conversation, edited, removed, added, lost, rejoined } = scene;
  const added_ = news.of('messageAdded');
  expect(new Set(added_)).toEqual(added);
  expect(added_).toHaveLength(added.size);
  expect(new Set(news.of('messageRemoved'))).toEqual(removed);
  expect(news.of('messageRemoved')).toHaveLength(removed.size);
  const updated = new Set(news.of('messageUpdated'));
  for (const sid of edited) if (!removed.has(sid)) expect(updated).toContain(sid);
  expect(news.of('conversationLeft').sort()).toEqual([lost.sid, rejoined.sid].sort());
  expect(news.of('conversationJoined')).toEqual([rejoined.sid]);
  expect(news.of('participantJoined')).toHaveLength(1);

  const freshly = await fresh.getConversationBySid(conversation.sid);
  const told = ({ index, sid, body, attributes }: Message) => [index, sid, body, attributes];
  expect((await everyMessage(conversation)).map(told)).toEqual((await everyMessage(freshly)).map(told));
  const people = async (one: Conversation) => (await one.getParticipants()).map(({ sid }) => sid).sort();
  expect(await people(conversation)).toEqual(await people(freshly));
  expect(conversation.friendlyName).toBe(freshly.friendlyName);
  expect(conversation.lastMessage).toEqual(freshly.lastMessage);
  const list = async (client: Client) => (await client.getSubscribedConversations()).items.map(({ sid }) => sid).sort();
  expect(await list(alice)).toEqual(await list(fresh));
  await Promise.all([alice.shutdown(), fresh.shutdown()]);
}
