import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Confab, startConfab } from '../../src/index.ts';

interface Signed {
  token: string;
  cookie: string;
}

const basic = (username: string, password: string): string =>
  `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;

describe('the session of the console', () => {
  let confab: Confab;
  beforeAll(async () => {
    confab = await startConfab({ dev: false });
    return () => confab.stop();
  });

  const session = (method: 'POST' | 'DELETE', headers: Record<string, string>, query = '') =>
    fetch(`${confab.url}/console/session${query}`, { method, headers: { origin: confab.url, ...headers } });

  async function signIn(username: string, password: string): Promise<Signed> {
    const answer = await session('POST', { authorization: basic(username, password) });
    expect(answer.status).toBe(200);
    const { token } = Object(await answer.json());
    return { token, cookie: String(answer.headers.get('set-cookie')).split(';')[0] ?? '' };
  }

  const services = (headers: Record<string, string>) => fetch(`${confab.url}/v1/Services`, { headers });
  const asBearer = ({ token }: Signed) => services({ authorization: `Bearer ${token}` });

  async function post(path: string, form: Record<string, string>): Promise<Record<string, string>> {
    const answer = await fetch(`${confab.url}${path}`, {
      method: 'POST',
      headers: { authorization: basic(confab.accountSid, confab.authToken) },
      body: new URLSearchParams(form),
    });
    expect(answer.status).toBe(201);
    return Object(await answer.json());
  }

  const newKey = () => post('/v1/Keys', { AccountSid: confab.accountSid, KeyType: 'standard' });

  it('begins with a credential of the REST API, and its token is one from then on', async () => {
    const signed = await signIn(confab.accountSid, confab.authToken);
    expect((await asBearer(signed)).status).toBe(200);
    const { sid = '', secret = '' } = await newKey();
    const withKey = await session('POST', { authorization: basic(sid, secret) });
    expect(await withKey.json()).toMatchObject({
      account_sid: confab.accountSid,
      credential_sid: sid,
      main: false,
      development: false,
      expires_in: expect.any(Number),
    });
    // What a Standard key may not do, neither may who signed in with it.
    const keys = await fetch(`${confab.url}/v1/Keys?AccountSid=${confab.accountSid}`, {
      headers: {
        authorization: `Bearer ${Object(await (await session('POST', { authorization: basic(sid, secret) })).json()).token}`,
      },
    });
    expect(keys.status).toBe(401);
  });

  it('refuses wrong credentials, and guessing at them', async () => {
    const wrong = await session('POST', { authorization: basic(confab.accountSid, 'wrong') });
    expect([wrong.status, wrong.headers.get('set-cookie')]).toEqual([401, null]);
  });

  it('leaves a cookie that no script reads and no other site or path gets', async () => {
    const answer = await session('POST', { authorization: basic(confab.accountSid, confab.authToken) });
    expect(answer.headers.get('set-cookie')).toMatch(
      /^confab_console=CS[0-9a-f]{32}\.[\w-]{43}; Path=\/console\/session; Max-Age=43[0-9]{3}; HttpOnly; SameSite=Strict$/,
    );
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(answer.headers.get('access-control-allow-origin')).toBeNull();
  });

  it('is renewed by the cookie, which is good for nothing else', async () => {
    const { cookie } = await signIn(confab.accountSid, confab.authToken);
    const renewed = await session('POST', { cookie });
    expect(renewed.status).toBe(200);
    expect((await asBearer(Object(await renewed.json()))).status).toBe(200);
    expect((await services({ cookie })).status).toBe(401);
    const [name, value = ''] = cookie.split('=');
    for (const wrong of [`${name}=${value.slice(0, -1)}x`, `${name}=${value}x`, `x${cookie}`]) {
      const answer = await session('POST', { cookie: wrong });
      expect([wrong, answer.status]).toEqual([wrong, 401]);
    }
  });

  it('is for pages of this console only', async () => {
    const { cookie } = await signIn(confab.accountSid, confab.authToken);
    const elsewhere = [
      'https://evil.example',
      'null',
      confab.url.replace('http:', 'https:'),
      `${confab.url}.evil.example`,
    ];
    for (const origin of elsewhere) {
      expect([origin, (await session('POST', { cookie, origin })).status]).toEqual([origin, 403]);
      expect([origin, (await session('DELETE', { cookie, origin })).status]).toEqual([origin, 403]);
    }
    const crossSite = await session('POST', { cookie, 'sec-fetch-site': 'same-site' });
    expect(crossSite.status).toBe(403);
    const noBrowser = await fetch(`${confab.url}/console/session`, { method: 'POST', headers: { cookie } });
    expect(noBrowser.status).toBe(403);
    expect((await session('POST', { cookie })).status).toBe(200);
  });

  it('takes no token that it has not made, and none that something else was sealed as', async () => {
    const { token } = await signIn(confab.accountSid, confab.authToken);
    const last = token.at(-3) === 'A' ? 'B' : 'A';
    for (const wrong of ['x', '1.00000000.AAAA', token.slice(0, -3) + last + token.slice(-2), `${token}A`]) {
      expect([wrong, (await services({ authorization: `Bearer ${wrong}` })).status]).toEqual([wrong, 401]);
    }
  });

  it('ends for good when somebody signs out', async () => {
    const [one, other] = [
      await signIn(confab.accountSid, confab.authToken),
      await signIn(confab.accountSid, confab.authToken),
    ];
    expect((await session('DELETE', { cookie: one.cookie })).status).toBe(204);
    expect((await asBearer(one)).status).toBe(401);
    expect((await session('POST', { cookie: one.cookie })).status).toBe(401);
    expect((await asBearer(other)).status).toBe(200);
  });

  it('ends everywhere at once', async () => {
    const [one, other] = [
      await signIn(confab.accountSid, confab.authToken),
      await signIn(confab.accountSid, confab.authToken),
    ];
    expect((await session('DELETE', { cookie: one.cookie }, '?everywhere')).status).toBe(204);
    for (const each of [one, other]) expect((await asBearer(each)).status).toBe(401);
  });

  it('ends with the credential that it began with', async () => {
    const { sid = '', secret = '' } = await newKey();
    const signed = await signIn(sid, secret);
    expect((await asBearer(signed)).status).toBe(200);
    const revoked = await fetch(`${confab.url}/v1/Keys/${sid}`, {
      method: 'DELETE',
      headers: { authorization: basic(confab.accountSid, confab.authToken) },
    });
    expect(revoked.status).toBe(204);
    expect((await asBearer(signed)).status).toBe(401);
    expect((await session('POST', { cookie: signed.cookie })).status).toBe(401);
  });

  it('needs credentials where the server is not in development mode', async () => {
    expect((await session('POST', {}, '?development')).status).toBe(403);
  });
});

describe('in development mode', () => {
  let confab: Confab;
  beforeAll(async () => {
    confab = await startConfab();
  });
  afterAll(() => confab.stop());

  it('the console takes who sits at the machine, and nobody who comes through a proxy', async () => {
    const signIn = (headers: Record<string, string>) =>
      fetch(`${confab.url}/console/session?development`, {
        method: 'POST',
        headers: { origin: confab.url, ...headers },
      });
    const answer = await signIn({});
    expect(await answer.json()).toMatchObject({ account_sid: confab.accountSid, main: true, development: true });
    expect((await signIn({ 'x-forwarded-for': '203.0.113.9' })).status).toBe(403);
    expect((await signIn({ origin: 'http://localhost:1' })).status).toBe(403);
  });
});
