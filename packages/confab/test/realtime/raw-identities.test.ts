import { describe, expect, test } from 'vitest';
import { textAt } from '../support/raw-frames.ts';
import { CLIENT, startTestServer } from './support.ts';

const server = await startTestServer();

/** A conversation that alice has made, so that she may remove others from it. */
async function madeByAlice(...identities: string[]) {
  const alice = await server.login('alice');
  const sid = textAt((await alice.request('POST', `${CLIENT}/Conversations`, {})).body, 'sid');
  const participants = `${CLIENT}/Conversations/${sid}/Participants`;
  const add = async (identity: string) =>
    expect((await alice.request('POST', participants, { identity })).status).toBe(201);
  for (const identity of ['alice', ...identities]) await add(identity);
  return { alice, sid, participants, add };
}

/** As SDK 2.0.0 and older write paths: identities as they are (protocol 16.2). */
describe.each([
  ['as they are', (identity: string) => identity],
  ['percent-encoded', encodeURIComponent],
])('identities in paths %s', (_how, written) => {
  test.each(['bob x/ü@y', 'a/b/c', '100% sure', '50%25 off', 'ends/', '/begins'])('%s', async (identity) => {
    const { alice, participants, add } = await madeByAlice(identity);
    const own = await server.login(identity);
    const user = await own.request('POST', `${CLIENT}/Users/${written(identity)}`, { friendly_name: 'New' });
    expect(user).toMatchObject({ status: 200, body: { identity, friendly_name: 'New' } });
    expect(await own.request('GET', `${CLIENT}/Users/${written(identity)}`)).toMatchObject({ body: { identity } });
    const seat = `${participants}/${written(identity)}`;
    expect((await own.request('DELETE', seat, {})).status).toBe(204);
    await add(identity);
    expect((await alice.request('DELETE', seat, {})).status).toBe(204);
    expect((await alice.request('DELETE', seat, {})).status).toBe(404);
  });
});

test('an encoded identity never hits somebody whose name looks like one', async () => {
  const { alice, sid, participants } = await madeByAlice('a b', 'a%20b');
  expect((await alice.request('DELETE', `${participants}/a%20b`, {})).status).toBe(204);
  const left = await server.rest('GET', `/v1/Conversations/${sid}/Participants`);
  expect(left.body).toMatchObject({ participants: [{ identity: 'alice' }, { identity: 'a%20b' }] });
});
