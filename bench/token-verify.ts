import { createAccessToken } from '@confab/access-token';
import { verifyAccessToken } from '@confab/access-token/verify';
import { createVerifier } from 'fast-jwt';
import { jwtVerify } from 'jose';
import jsonwebtoken from 'jsonwebtoken';
import { operations } from './support/operations.ts';
import { benchOptions } from './support/options.ts';
import { report } from './support/report.ts';
import { interleave, ratios, valuesOf } from './support/rounds.ts';
import { accountSid, apiKey, apiSecret, identity, serviceSid } from './support/token.ts';

/** Tokens verified per second, against libraries that check the signature, the times, issuer and subject, and nothing of grants. */
const options = benchOptions({ seconds: 1 });
const token = createAccessToken({ accountSid, apiKey, apiSecret, identity, grants: { chat: { serviceSid } } });
const expected = { issuer: apiKey, subject: accountSid };
const key = { accountSid, accountStatus: 'active', kind: 'standard', secrets: [apiSecret] } as const;
const findKey = (sid: string) => (sid === apiKey ? key : undefined);

const verifyFast = createVerifier({
  key: apiSecret,
  cache: false,
  algorithms: ['HS256'],
  allowedIss: apiKey,
  allowedSub: accountSid,
});
const joseKey = await crypto.subtle.importKey(
  'raw',
  new TextEncoder().encode(apiSecret),
  { name: 'HMAC', hash: 'SHA-256' },
  false,
  ['verify'],
);

const variants = [
  operations('confab', options.seconds, () => verifyAccessToken(token, { now: Date.now(), findKey })),
  operations('jsonwebtoken', options.seconds, () =>
    jsonwebtoken.verify(token, apiSecret, { ...expected, algorithms: ['HS256'] }),
  ),
  operations('jose', options.seconds, () => jwtVerify(token, joseKey, { ...expected, algorithms: ['HS256'] })),
  operations('fast-jwt without cache', options.seconds, () => verifyFast(token)),
];
const measured = await interleave(variants, ['rate'], options.rounds);
const rate = (name: string) => valuesOf(measured, name, 'rate');
const against = (name: string, atLeast: number) => ({
  what: `confab / ${name}`,
  unit: 'ratio',
  values: ratios(rate('confab'), rate(name)),
  goal: { atLeast },
});

report(
  'Verifying tokens',
  [
    ...variants.map(({ name }) => ({ what: name, unit: 'tokens/s', values: rate(name) })),
    against('jsonwebtoken', 3),
    against('fast-jwt without cache', 1),
  ],
  options.json,
);
