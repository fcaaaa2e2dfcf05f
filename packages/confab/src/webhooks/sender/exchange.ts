import { Agent as HttpAgent, request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import type { LookupFunction } from 'node:net';
import type { CancelTimer, Clock } from '../../clock.ts';
import type { RequestedUrl } from './requested-url.ts';
import type { PinnedAddress, ResolvedTarget } from './resolve-target.ts';
import type { HookResult } from './send-hook.ts';

interface Exchange {
  requested: RequestedUrl;
  method: 'GET' | 'POST';
  headers: Readonly<Record<string, string>>;
  addresses(): Promise<ResolvedTarget>;
  /** All from the beginning, but `readMs`, which is from the connection on. */
  times: { totalMs: number; connectMs: number; readMs: number };
  answerBytes: number;
  clock: Clock;
}

// A connection of its own for each: one that is kept would outlive the look at its address.
const agents = { http: new HttpAgent({ keepAlive: false }), https: new HttpsAgent({ keepAlive: false }) };

/** Resolves the target, sends the request there and reads the answer, all within its times. Never rejects. */
export function exchange({
  requested,
  method,
  headers,
  addresses,
  times,
  answerBytes,
  clock,
}: Exchange): Promise<HookResult> {
  return new Promise((resolve) => {
    const timers = new Set<CancelTimer>();
    let abort = (): void => {};
    let isConnected = false;
    let isSettled = false;

    function settle(result: HookResult): void {
      if (isSettled) return;
      isSettled = true;
      for (const cancel of timers) cancel();
      resolve(result);
      abort();
    }
    function within(ms: number, isLate: () => boolean): void {
      const late = (): void => {
        if (isLate()) settle({ kind: 'timed_out', waitingFor: isConnected ? 'read' : 'connect' });
      };
      timers.add(clock.setTimer(late, ms));
    }
    within(times.totalMs, () => true);
    within(times.connectMs, () => !isConnected);

    function failed(error: Error & { code?: string }): void {
      const reason = error.message === '' ? (error.code ?? error.name) : error.message;
      settle(isConnected ? { kind: 'broken', reason } : { kind: 'unreachable', reason });
    }

    function send(pinned: readonly PinnedAddress[]): void {
      const options = { ...requestOptions(requested, method, headers), lookup: lookupOf(pinned) };
      const isSecure = requested.url.protocol === 'https:';
      const request = isSecure
        ? httpsRequest({ ...options, agent: agents.https })
        : httpRequest({ ...options, agent: agents.http });
      abort = () => request.destroy();
      request.on('error', failed);
      request.on('socket', (socket) => {
        socket.once(isSecure ? 'secureConnect' : 'connect', () => {
          isConnected = true;
          within(times.readMs, () => true);
        });
      });
      request.on('response', (response) => void readAnswer(response, answerBytes).then(settle, failed));
      request.end(requested.body);
    }

    addresses().then((target) => {
      if (isSettled) return;
      if ('blocked' in target) settle({ kind: 'blocked', reason: target.blocked });
      else if ('unresolved' in target) settle({ kind: 'unreachable', reason: target.unresolved });
      else send(target.addresses);
    }, failed);
  });
}

/** The pinned addresses, whatever the name resolves to by now. */
function lookupOf(pinned: readonly PinnedAddress[]): LookupFunction {
  return (_host, { all }, callback) => {
    const [first] = pinned;
    if (all === true) callback(null, [...pinned]);
    else if (first !== undefined) callback(null, first.address, first.family);
    else callback(new Error('There is no address.'), '');
  };
}

function requestOptions(
  { url, target, body, contentType, signature }: RequestedUrl,
  method: string,
  headers: Readonly<Record<string, string>>,
): RequestOptions {
  const login = url.username === '' && url.password === '' ? undefined : `${url.username}:${url.password}`;
  return {
    method,
    protocol: url.protocol,
    hostname: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: url.port,
    path: target,
    headers: {
      ...headers,
      Accept: '*/*',
      'User-Agent': 'Confab',
      'X-Twilio-Signature': signature,
      ...(login !== undefined && { Authorization: `Basic ${Buffer.from(decoded(login)).toString('base64')}` }),
      ...(body !== undefined && {
        'Content-Type': contentType,
        'Content-Length': String(Buffer.byteLength(body)),
      }),
    },
  };
}

/** User-info is percent-encoded in a URL, well or badly. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

async function readAnswer(response: IncomingMessage, mostBytes: number): Promise<HookResult> {
  const status = response.statusCode ?? 0;
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of response) {
    if (!Buffer.isBuffer(part)) continue;
    size += part.length;
    if (size > mostBytes) return { kind: 'too_large', status };
    parts.push(part);
  }
  const contentType = response.headers['content-type'];
  return { kind: 'answered', status, contentType, body: Buffer.concat(parts).toString('utf8') };
}
