import { expect, test } from 'vitest';
import { endSessions, UNSHAPED } from '../../src/domain/index.ts';
import { createLiveSessions, type LiveSession } from '../../src/realtime/live-sessions.ts';
import { domainOver, emptyDatabase, openTestStore } from '../support/store.ts';
import { range } from './support.ts';

/** More than are read at once. */
const MANY = 250;

const NO_TRAFFIC = { receivedFrames: 0, receivedBytes: 0, sentFrames: 0, sentBytes: 0 };

const errors: unknown[] = [];

async function setUp() {
  const { store, clock, execute, account } = await domainOver(await openTestStore(await emptyDatabase('sqlite')));
  const sessions = createLiveSessions({ read: store.read, clock, onError: (error) => errors.push(error) });
  /** Identities of those that were told to stay away, and of those that were dropped. */
  const ended: string[] = [];
  const dropped: string[] = [];
  return {
    sessions,
    ended,
    dropped,
    sid: account.account.sid,
    end: (identity: string) => execute(endSessions, account, { identity }),
    add(identity: string, { accountSid = account.account.sid, sessionEnds = 0 } = {}): LiveSession {
      const session: LiveSession = {
        connectionId: `of ${identity}`,
        accountSid,
        apiKeySid: `SK${'0'.repeat(32)}`,
        secret: { version: 1, isOld: false },
        serviceSid: `IS${'0'.repeat(32)}`,
        userId: 1,
        userSid: `US${'0'.repeat(32)}`,
        identity,
        tokenId: undefined,
        sdk: 'js',
        connectedAt: 0,
        tokenExpiresAt: 0,
        sessionEnds,
        line: { traffic: NO_TRAFFIC, shape: UNSHAPED, lastReceivedAt: 0, observer: undefined },
        subscriptions: () => 0,
        control() {},
        recheckRights() {},
        drop() {
          dropped.push(identity);
        },
        end() {
          ended.push(identity);
          sessions.remove(session);
        },
      };
      sessions.add(session, sessions.mark());
      return session;
    },
  };
}

test('many ends at once are applied to the last, in whatever order sessions go and come meanwhile', async () => {
  const { sessions, ended, sid, end, add } = await setUp();
  await Promise.all(range(1, MANY).map((n) => end(`nobody ${n}`)));
  await end('early');
  await Promise.all(range(1, MANY).map((n) => end(`nobody ${n}`)));
  await end('last');
  const gone = add('gone');
  for (const identity of ['early', 'last', 'other']) add(identity);
  // The same identities, logged in after their ends, and under another account.
  add('early', { sessionEnds: MANY + 1 });
  add('last', { sessionEnds: 2 * MANY + 2 });
  add('last', { accountSid: `AC${'9'.repeat(32)}` });
  const done = sessions.recheck([
    { of: 'sessions', sid },
    { of: 'sessions', sid: `AC${'9'.repeat(32)}` },
  ]);
  sessions.remove(gone);
  await done;
  expect(ended).toEqual(['early', 'last']);
  expect(
    sessions
      .list()
      .map(({ identity }) => identity)
      .sort(),
  ).toEqual(['early', 'last', 'last', 'other']);

  await end('early');
  await sessions.recheck([{ of: 'sessions', sid }]);
  expect(ended).toEqual(['early', 'last', 'early']);
  expect(errors).toEqual([]);
});

test('a session that took a new token while its rights were looked up is not dropped for those of the old one', async () => {
  const { sessions, dropped, add } = await setUp();
  const [replaced] = [add('replaced'), add('kept')];
  const done = sessions.recheckAll();
  sessions.remove(replaced);
  await done;
  // Its key does not exist.
  expect(dropped).toEqual(['kept']);
});
