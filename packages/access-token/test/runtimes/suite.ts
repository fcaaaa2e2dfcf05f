import { AccessToken, createAccessToken, createAccessTokenAsync } from '@confab/access-token';
import { describeInspection, inspectToken } from '@confab/access-token/inspect';
import { verifyAccessToken } from '@confab/access-token/verify';
import { accountSid, apiKey, apiSecret, NOW, serviceSid } from '../../src/test-support/values.ts';
import { vectors } from '../../src/test-support/vectors.ts';

/** What a case found, as JSON can carry it between runtimes; `failure` is missing when it passed. */
export interface CaseResult {
  name: string;
  failure?: string;
}

export interface RuntimeFacts {
  /** Whether node:crypto is there, so that tokens can be made synchronously. */
  synchronous: boolean;
}

const identity = 'user@example.com';
const good = { accountSid, apiKey, apiSecret, identity, grants: { chat: { serviceSid } }, now: NOW * 1000 };
const key = { accountSid, accountStatus: 'active', kind: 'standard', secrets: ['x'.repeat(32), apiSecret] } as const;
const verification = { now: NOW * 1000, findKey: (sid: string) => (sid === apiKey ? key : undefined) };

/**
 * The same cases in every runtime: what the package must do whether or not there is node:crypto. Needs no test framework, so
 * that it can be bundled.
 */
const cases: Record<string, (facts: RuntimeFacts) => Promise<void> | void> = {
  'makes the official token asynchronously': async () => {
    same(await createAccessTokenAsync(good), vectors[0]?.token);
  },
  'makes it synchronously, or names the way out': ({ synchronous }) => {
    if (synchronous) return same(createAccessToken(good), vectors[0]?.token);
    same(
      codeOf(() => createAccessToken(good)),
      'no_synchronous_crypto',
    );
    same(
      codeOf(() => classToken().toJwt()),
      'no_synchronous_crypto',
    );
  },
  'makes tokens by the official names': async () => {
    const { verdict } = await inspectToken(await classToken().toJwtAsync(), { secret: apiSecret });
    same(verdict, 'accepted');
  },
  'makes and verifies any identity': async () => {
    for (const name of ['a', '用户', '😀'.repeat(256), '__proto__', '"\\\n', 'é'.repeat(200)]) {
      const token = await createAccessTokenAsync({ ...good, identity: name });
      same((await verifyAccessToken(token, verification)).identity, name);
    }
  },
  'signs and verifies with secrets of any text and length': async () => {
    for (const secret of ['k', 'größer als Latin-1: 用户', 'x'.repeat(300), apiSecret]) {
      const token = await createAccessTokenAsync({ ...good, apiSecret: secret, onWarning: () => {} });
      const findKey = () => ({ ...key, secrets: [new TextEncoder().encode(secret)] });
      same((await verifyAccessToken(token, { now: NOW * 1000, findKey })).identity, identity);
    }
  },
  'accepts the tokens of the official libraries': async () => {
    for (const { token, issuedAt } of vectors) {
      const claims = await verifyAccessToken(token, { ...verification, now: (issuedAt + 1) * 1000 });
      same(claims.grants.chat.serviceSid, serviceSid);
    }
  },
  'refuses a token with any character changed': async () => {
    const token = await createAccessTokenAsync(good);
    for (let i = 0; i < token.length; i += 1) {
      const changed = `${token.slice(0, i)}${token[i] === 'A' ? 'B' : 'A'}${token.slice(i + 1)}`;
      const outcome = await verifyAccessToken(changed, verification).then(
        () => 'accepted',
        (error: unknown) => String(Reflect.get(Object(error), 'name')),
      );
      same(outcome, 'TokenRefusal');
    }
  },
  'refuses a secret that is empty, and one of another key': async () => {
    const token = await createAccessTokenAsync(good);
    for (const secrets of [[''], [new Uint8Array()], [], ['y'.repeat(32)]]) {
      const outcome = verifyAccessToken(token, { ...verification, findKey: () => ({ ...key, secrets }) });
      same(await outcome.catch((error: unknown) => Reflect.get(Object(error), 'code')), 20107);
    }
  },
  'inspects any text': async () => {
    const token = await createAccessTokenAsync(good);
    const texts = ['', '...', 'x'.repeat(100_000), ` "${token}"`, `${token}x`, token.toUpperCase()];
    for (const text of texts) {
      const inspection = await inspectToken(text, { secret: apiSecret, now: NOW * 1000 });
      same(inspection.verdict, 'refused');
      same(describeInspection(inspection).startsWith('The token is refused.'), true);
    }
    same((await inspectToken(token, { secret: apiSecret, now: NOW * 1000 })).signature, 'valid');
  },
};

function classToken(): AccessToken {
  const token = new AccessToken(accountSid, apiKey, apiSecret, { identity });
  token.addGrant(new AccessToken.ChatGrant({ serviceSid }));
  return token;
}

/** Runs every case, and returns what each found. */
export async function runSuite(facts: RuntimeFacts): Promise<CaseResult[]> {
  const results: CaseResult[] = [];
  for (const [name, run] of Object.entries(cases)) {
    try {
      await run(facts);
      results.push({ name });
    } catch (error) {
      results.push({ name, failure: String(error instanceof Error ? error.stack : error) });
    }
  }
  return results;
}

function same(value: unknown, expected: unknown): void {
  if (value !== expected) throw new Error(`${String(value)} in place of ${String(expected)}`);
}

function codeOf(action: () => unknown): unknown {
  try {
    return action();
  } catch (error) {
    return Reflect.get(Object(error), 'code');
  }
}
