import { expect, test } from 'vitest';
import { encodeFrame } from '../twilsock/frame.ts';
import { describePacket } from './describe-packet.ts';

const JWT = `eyJ${'a'.repeat(20)}.eyJ${'b'.repeat(40)}.${'c'.repeat(43)}`;
const options = { jsonDepth: 64, maxBodyBytes: 2000 };

const describe = (header: Record<string, unknown>, payload = '') =>
  describePacket(encodeFrame(header, payload), options);

test.each([
  ['the token of init', { method: 'init', id: '1', token: JWT, continuation_token: 'hidden' }, ''],
  ['the token of update', { method: 'update', id: '1', token: 'hidden' }, ''],
  [
    'headers of a request',
    {
      method: 'message',
      id: '1',
      http_request: {
        method: 'GET',
        path: '/Client/v2/Users/a',
        headers: { 'X-Twilio-Token': 'hidden', Authorization: 'hidden' },
        params: { Token: 'hidden', Link: 'https://media.example/a?hidden' },
      },
    },
    '',
  ],
  ['a token in a path', { method: 'message', http_request: { method: 'GET', path: `/a/${JWT}` } }, ''],
  ['a continuation token of the server', { method: 'reply', id: '1', continuation_token: 'hidden' }, ''],
  ['members of a body', { method: 'message' }, '{"a":[{"access_token":"hidden","Secret":{"x":"hidden"}}]}'],
  ['JSON in the text of a body', { method: 'message' }, JSON.stringify({ attributes: '{"apiSecret":"hidden"}' })],
  ['tokens in the text of a body', { method: 'message' }, JSON.stringify({ body: `my token is ${JWT}!` })],
  ['signatures of links', { method: 'reply' }, JSON.stringify({ url: 'https://m.example/a.png?sig=hidden#top' })],
  ['passwords in links', { method: 'reply' }, JSON.stringify({ url: 'https://me:hidden@m.example/a.png' })],
  ['addresses of devices', { method: 'message' }, '{"registration_id":"hidden","endpoint":"hidden"}'],
  ['what is no packet', { method: 'message' }, 'hidden'],
])('nothing is told of %s', (_what, header, payload) => {
  const told = JSON.stringify(describe(header, payload));
  expect(told).not.toMatch(/hidden|bbbb/);
});

test('what is told is what the packet means', () => {
  const header = {
    method: 'message',
    id: '7',
    http_request: { method: 'POST', path: '/Client/v2/X', params: { a: '1' } },
  };
  expect(describe(header, '{"body":"Hello, see https://example.com/page"}')).toEqual({
    bytes: expect.any(Number),
    method: 'message',
    id: '7',
    request: { method: 'POST', path: '/Client/v2/X', params: { a: '1' } },
    body: { body: 'Hello, see https://example.com/page' },
  });
  const reply = { method: 'reply', id: '7', status: { code: 200 }, http_status: { code: 404 } };
  expect(describe(reply, JSON.stringify({ x: 'y'.repeat(3000) }))).toMatchObject({
    status: 200,
    httpStatus: 404,
    bodyBytes: 3008,
  });
  expect(describePacket(Buffer.from('nonsense'), options)).toEqual({ bytes: 8, method: 'unreadable' });
});
