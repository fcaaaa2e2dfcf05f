import { fieldsOf, RestError } from '../api/rest.ts';

/** Who is signed in. */
export interface Session {
  accountSid: string;
  /** The account's SID, or an API key's. */
  credentialSid: string;
  /** Whether the credential may touch accounts and keys. */
  main: boolean;
  /** Whether the server is in development mode. */
  development: boolean;
}

interface Held extends Session {
  token: string;
  /** Of `performance.now()`. */
  expiresAt: number;
}

const PATH = '/console/session';

/** Renewed so long before it ends, so that no request meets its end. */
const AHEAD_MS = 30_000;

let held: Held | undefined;
let renewing: Promise<Held> | undefined;
const listeners = new Set<() => void>();

/** Who is signed in, as far as this page knows. */
export function currentSession(): Session | undefined {
  return held;
}

/** Told whenever somebody has signed in or out. */
export function onSessionChange(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** What requests to the API are sent with. It stands in memory only. Throws RestError (401) when nobody is signed in. */
export async function sessionToken({ renew = false } = {}): Promise<string> {
  if (!renew && held !== undefined && held.expiresAt - AHEAD_MS > performance.now()) return held.token;
  return (await renewSession()).token;
}

/** By the cookie, which no script can read. Requests that come at once wait for one renewal. */
export function renewSession(): Promise<Session & { token: string }> {
  renewing ??= ask('POST', PATH)
    .catch((error: unknown) => {
      if (error instanceof RestError && error.status === 401) hold(undefined);
      throw error;
    })
    .finally(() => {
      renewing = undefined;
    });
  return renewing;
}

/** Signs in with an account SID and its auth token, or an API key and its secret. Throws RestError. */
export function signIn(username: string, password: string): Promise<Session> {
  const bytes = new TextEncoder().encode(`${username}:${password}`);
  return ask('POST', PATH, `Basic ${btoa(String.fromCharCode(...bytes))}`);
}

/** Signs in without credentials: in development mode only. */
export function signInForDevelopment(): Promise<Session> {
  return ask('POST', `${PATH}?development`);
}

export async function signOut({ everywhere }: { everywhere: boolean }): Promise<void> {
  await fetch(everywhere ? `${PATH}?everywhere` : PATH, { method: 'DELETE', credentials: 'same-origin' });
  hold(undefined);
}

async function ask(method: 'POST', path: string, authorization?: string): Promise<Held> {
  const answer = await fetch(path, {
    method,
    credentials: 'same-origin',
    headers: authorization === undefined ? {} : { Authorization: authorization },
  }).catch(() => {
    throw new RestError(0, 'The server does not answer. Is it running?');
  });
  const body = fieldsOf(await answer.json().catch(() => undefined));
  if (!answer.ok) throw new RestError(answer.status, String(body.message ?? answer.statusText));
  const session = readSession(body);
  hold(session);
  return session;
}

function readSession(body: Readonly<Record<string, unknown>>): Held {
  const { token, expires_in, account_sid, credential_sid, main, development } = body;
  if (typeof token !== 'string' || typeof expires_in !== 'number') {
    throw new RestError(0, 'The server has answered with something that is no session.');
  }
  return {
    token,
    expiresAt: performance.now() + expires_in * 1000,
    accountSid: String(account_sid),
    credentialSid: String(credential_sid),
    main: main === true,
    development: development === true,
  };
}

function hold(session: Held | undefined): void {
  const before = held;
  held = session;
  if (before?.credentialSid === session?.credentialSid && before?.accountSid === session?.accountSid) return;
  for (const listener of listeners) listener();
}
