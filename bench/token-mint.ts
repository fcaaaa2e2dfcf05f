import { createHmac } from 'node:crypto';
import { AccessToken, createAccessToken } from '@confab/access-token';
import { createSigner } from 'fast-jwt';
import { SignJWT } from 'jose';
import jsonwebtoken from 'jsonwebtoken';
import twilio from 'twilio';
import { operations } from './support/operations.ts';
import { benchOptions } from './support/options.ts';
import { report } from './support/report.ts';
import { interleave, ratios, valuesOf } from './support/rounds.ts';
import { accountSid, apiKey, apiSecret, identity, serviceSid, TTL_SECONDS, tokenClaims } from './support/token.ts';

/** Tokens per second, all checks on, against the official helper, other libraries, and the same bytes signed inline without any check. */
const options = benchOptions({ seconds: 1 });
const header = { alg: 'HS256', typ: 'JWT', cty: 'twilio-fpa;v=1' };
const encodedHeader = Buffer.from(JSON.stringify(header)).toString('base64url');
const now = () => Math.floor(Date.now() / 1000);

/** The least that makes the same bytes. */
function inline(): string {
  const payload = Buffer.from(JSON.stringify(tokenClaims(now()))).toString('base64url');
  const input = `${encodedHeader}.${payload}`;
  return `${input}.${createHmac('sha256', apiSecret).update(input).digest('base64url')}`;
}

function byClass(Token: typeof AccessToken | typeof twilio.jwt.AccessToken): string {
  const token = new Token(accountSid, apiKey, apiSecret, { identity, ttl: TTL_SECONDS });
  token.addGrant(new Token.ChatGrant({ serviceSid }));
  return token.toJwt();
}

const signFast = createSigner({ key: apiSecret, algorithm: 'HS256', header, noTimestamp: true });
const joseKey = await crypto.subtle.importKey(
  'raw',
  new TextEncoder().encode(apiSecret),
  { name: 'HMAC', hash: 'SHA-256' },
  false,
  ['sign'],
);

const variants = [
  operations('inline', options.seconds, inline),
  operations('confab, function', options.seconds, () =>
    createAccessToken({ accountSid, apiKey, apiSecret, identity, grants: { chat: { serviceSid } } }),
  ),
  operations('confab, class', options.seconds, () => byClass(AccessToken)),
  operations('official helper', options.seconds, () => byClass(twilio.jwt.AccessToken)),
  operations('jsonwebtoken', options.seconds, () => jsonwebtoken.sign(tokenClaims(now()), apiSecret, { header })),
  operations('jose', options.seconds, () =>
    new SignJWT({ ...tokenClaims(now()) }).setProtectedHeader(header).sign(joseKey),
  ),
  operations('fast-jwt', options.seconds, () => signFast({ ...tokenClaims(now()) })),
];
const measured = await interleave(variants, ['rate'], options.rounds);
const rate = (name: string) => valuesOf(measured, name, 'rate');

report(
  'Minting tokens',
  [
    ...variants.map(({ name }) => ({ what: name, unit: 'tokens/s', values: rate(name) })),
    ...['confab, function', 'confab, class'].flatMap((name) => [
      { what: `${name} / inline`, unit: 'ratio', values: ratios(rate(name), rate('inline')), goal: { atLeast: 0.9 } },
      {
        what: `${name} / official helper`,
        unit: 'ratio',
        values: ratios(rate(name), rate('official helper')),
        goal: { atLeast: 10 },
      },
    ]),
  ],
  options.json,
);
