import { describe, expect, it, test } from 'vitest';
import { NOW, roleSid } from '../test-support/fixtures.ts';
import { type SessionCookieOptions, sessionCookie } from './session-cookie.ts';
import { endpoint, expectNoDetail, ORIGIN, reasonOf, requestWith } from './test-support/endpoint.ts';

const SECRET = 'session-secret-0123456789abcdefghij';
const OTHER = 'another-secret-0123456789abcdefghij';

function cookies(options: Partial<SessionCookieOptions> = {}) {
  return sessionCookie({ secrets: [SECRET], now: () => NOW * 1000, ...options });
}

/** What a browser sends back of `Set-Cookie`. */
function sent(setCookie: string): string {
  return setCookie.slice(0, setCookie.indexOf(';'));
}

const ada = sent(await cookies().begin({ identity: 'ada' }));
const authenticate = (cookie: string, options?: Partial<SessionCookieOptions>) =>
  cookies(options).authenticate(requestWith({ cookie }));

describe('the session cookie', () => {
  it('signs its owner in until it expires', async () => {
    const found = await authenticate(ada);
    expect(found).toEqual({ identity: 'ada', sessionEndsAt: NOW + 12 * 3600 });
  });

  it('is found among others', async () => {
    expect(await authenticate(`theme=dark; ${ada}; x__Host-session=1`)).toMatchObject({ identity: 'ada' });
  });

  it('keeps the role, and any identity', async () => {
    const cookie = sent(await cookies().begin({ identity: 'Zoë "☺"; a=b', deploymentRoleSid: roleSid }));
    expect(await authenticate(cookie)).toMatchObject({ identity: 'Zoë "☺"; a=b', deploymentRoleSid: roleSid });
  });

  it('is one that neither scripts nor other sites can touch', async () => {
    expect(await cookies().begin({ identity: 'ada' })).toMatch(
      /^__Host-session=[\w-]+\.[\w-]{43}; Max-Age=43200; Path=\/; HttpOnly; SameSite=Lax; Secure$/,
    );
    expect(cookies().end()).toBe('__Host-session=; Max-Age=0; Path=/; HttpOnly; SameSite=Lax; Secure');
  });

  it('is read by the other routes of the app', async () => {
    const session = await cookies().read(requestWith({ cookie: ada }));
    expect(session).toMatchObject({ identity: 'ada', issuedAt: NOW, endsAt: NOW + 12 * 3600 });
    expect(await cookies().read(requestWith({}))).toBeUndefined();
  });

  it('is refused from the second at which it expires', async () => {
    const at = (seconds: number) => authenticate(ada, { now: () => seconds * 1000 });
    expect(await at(NOW + 12 * 3600 - 1)).toMatchObject({ identity: 'ada' });
    expect(reasonOf(await at(NOW + 12 * 3600))).toBe('the session has expired');
  });

  it('is refused after a bit of it was changed, whichever', async () => {
    const value = ada.slice('__Host-session='.length);
    for (let at = 0; at < value.length; at++) {
      const changed = String.fromCharCode(value.charCodeAt(at) ^ 1);
      const cookie = `__Host-session=${value.slice(0, at)}${changed}${value.slice(at + 1)}`;
      expect({ at, found: await authenticate(cookie) }).toEqual({ at, found: { refused: expect.any(String) } });
    }
  });

  test.each([
    ['', 'no cookie'],
    ['__Host-session=', 'not one that was signed'],
    ['__Host-session=.', 'not one that was signed'],
    ['__Host-session=e30', 'not one that was signed'],
    [`${ada}=`, 'not one that was signed'],
    [`${ada}.`, 'not one that was signed'],
    [`__Host-session=${'a'.repeat(10_000)}.${'b'.repeat(43)}`, 'not one that was signed'],
    [`${ada}; ${ada}`, 'more than one'],
    [`${ada}; __Host-session=planted`, 'more than one'],
    [ada.replace('__Host-', ''), 'no cookie'],
  ])('is refused as %j', async (cookie, reason) => {
    expect(reasonOf(await authenticate(cookie))).toContain(reason);
  });

  it('does not pass for another cookie under the same secret', async () => {
    const other = sent(await cookies({ name: '__Host-reset' }).begin({ identity: 'ada' }));
    expect(reasonOf(await authenticate(other.replace('reset', 'session')))).toContain('not one that was signed');
  });

  it('outlives a change of the secret for as long as the old one is listed', async () => {
    expect(await authenticate(ada, { secrets: [OTHER, SECRET] })).toMatchObject({ identity: 'ada' });
    expect(reasonOf(await authenticate(ada, { secrets: [OTHER] }))).toContain('not one that was signed');
    const renewed = sent(await cookies({ secrets: [OTHER, SECRET] }).begin({ identity: 'ada' }));
    expect(await authenticate(renewed, { secrets: [OTHER] })).toMatchObject({ identity: 'ada' });
  });

  it('cannot be replayed after the session was ended, if the app keeps count', async () => {
    const ended = new Set<string>();
    const options = { isLive: async ({ id }: { id: string }) => !ended.has(id) };
    const session = await cookies().read(requestWith({ cookie: ada }));
    expect(await authenticate(ada, options)).toMatchObject({ identity: 'ada' });
    ended.add(session?.id ?? '');
    expect(reasonOf(await authenticate(ada, options))).toBe('the session was ended');
  });

  it('gets a token that ends with it, for POST from a listed page only', async () => {
    const { ask, clock } = endpoint({ authenticate: cookies({ seconds: 600 }), ttl: 3600 });
    const cookie = sent(await cookies({ seconds: 600 }).begin({ identity: 'ada' }));
    expect((await ask({ cookie, origin: ORIGIN })).body).toMatchObject({ identity: 'ada', expires_in: 600 });
    expectNoDetail(await ask({ cookie, origin: 'https://evil.example' }), 403);
    expectNoDetail(await ask({ cookie, origin: ORIGIN }, { method: 'GET' }), 405, 20004);
    clock.seconds += 1;
    expect((await ask({ cookie, origin: ORIGIN })).body).toMatchObject({ expires_in: 599 });
  });

  test.each<[string, Partial<SessionCookieOptions>]>([
    ['invalid_secret', { secrets: [] }],
    ['invalid_secret', { secrets: ['short'] }],
    ['invalid_secret', { secrets: [SECRET, 'a'.repeat(31)] }],
    ['invalid_cookie', { name: 'a b' }],
    ['invalid_cookie', { name: '' }],
    ['invalid_cookie', { secure: false }],
    ['invalid_cookie', { secure: false, name: 'session', sameSite: 'None' }],
    ['invalid_cookie', { seconds: 0 }],
    ['invalid_cookie', { seconds: 1.5 }],
  ])('is refused as a set-up: %s for %j', (code, options) => {
    expect(() => cookies(options)).toThrow(expect.objectContaining({ code }));
  });

  test.each(['', 'US0123456789abcdef0123456789abcdef', 'a'.repeat(257)])('is not begun for %j', async (identity) => {
    await expect(cookies().begin({ identity })).rejects.toMatchObject({ code: 'invalid_identity' });
  });
});
