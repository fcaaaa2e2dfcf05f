import { expect, it, test } from 'vitest';
import { createTokenHandler } from './create-token-handler.ts';
import { httpBasic } from './http-basic.ts';
import { safeEqual } from './safe-equal.ts';
import { endpoint, reasonOf, requestWith } from './test-support/endpoint.ts';

const basic = httpBasic({
  verify: async (username, password) => ((await safeEqual(password, 'pass:wörd')) ? { identity: username } : undefined),
});
const header = (text: string | Uint8Array) => `Basic ${Buffer.from(text).toString('base64')}`;

it('hands on name and password, in UTF-8 and cut at the first colon', async () => {
  expect(await basic.authenticate(requestWith({ authorization: header('zoë:pass:wörd') }))).toEqual({
    identity: 'zoë',
  });
});

it('keeps names apart that differ in a byte order mark', async () => {
  expect(await basic.authenticate(requestWith({ authorization: header('\u{feff}zoë:pass:wörd') }))).toEqual({
    identity: '\u{feff}zoë',
  });
});

test.each([
  ['', 'there are no Basic credentials'],
  ['Basic', 'there are no Basic credentials'],
  ['Basic !', 'there are no Basic credentials'],
  ['Basic a', 'there are no Basic credentials'],
  [header(Uint8Array.of(0xff, 0x3a)), 'there are no Basic credentials'],
  [header('no colon'), 'the Basic credentials have no colon'],
  [`${header('ada:pass:wörd')}, ${header('ada:pass:wörd')}`, 'there are no Basic credentials'],
])('%j is nobody', async (authorization, reason) => {
  expect(reasonOf(await basic.authenticate(requestWith({ authorization })))).toBe(reason);
});

it('asks for credentials, and refuses wrong ones', async () => {
  const { ask } = endpoint({ authenticate: basic });
  const { status, headers } = await ask({ authorization: header('ada:wrong') });
  expect(status).toBe(401);
  expect(headers.get('www-authenticate')).toBe('Basic realm="token", charset="UTF-8"');
});

it('is remembered by browsers, so that pages have to be listed', () => {
  const credentials = { accountSid: '', apiKey: '', apiSecret: '' };
  expect(() => createTokenHandler({ credentials, authenticate: basic, grants: {}, allowedOrigins: '*' })).toThrow(
    expect.objectContaining({ code: 'wildcard_origin' }),
  );
});

test.each([
  ['', '', true],
  ['a', 'a', true],
  ['a', 'b', false],
  ['a', 'aa', false],
  ['é', 'e\u0301', false],
])('safeEqual(%j, %j) is %s', async (one, other, same) => {
  expect(await safeEqual(one, other)).toBe(same);
});
