import { Readable } from 'node:stream';
import { isLoopbackHost, type ResolvedConfig } from '../config/index.ts';
import { mediaStorageOf } from '../server/open-media.ts';
import type { OperatorApi } from '../server/operator-api.ts';
import { openOperatorApi } from '../server/operator-api.ts';
import { DataFolderInUseError } from '../store/data-folder-lock.ts';
import type { CliContext } from './context.ts';
import { firstOf } from './names.ts';
import { configOf, requireSecretBox, withStore } from './open-data.ts';
import { type OptionForm, type Options, UsageError } from './options.ts';

/** The API said no, or could not be asked. */
export class OperatorError extends Error {
  override readonly name = 'OperatorError';
}

/** What a command asks, of the data itself or of a running server. Answers that are no success are thrown (OperatorError). */
export interface Operator {
  readonly accountSid: string;
  /** `signal` ends a request to a running server. */
  send(
    method: 'GET' | 'POST' | 'DELETE',
    path: string,
    form?: Record<string, string | undefined>,
    signal?: AbortSignal,
  ): Promise<unknown>;
  /** Gives the lines of an export to `write` as they come. One that breaks off is thrown as an OperatorError. */
  stream(path: string, write: (text: string) => void | Promise<void>): Promise<void>;
  /** The bytes of a file that a message has. Undefined when it is gone. */
  openMedia(serviceSid: string, sid: string): Promise<AsyncIterable<Uint8Array> | undefined>;
}

export const OPERATOR_OPTIONS: Readonly<Record<string, OptionForm>> = {
  url: { type: 'string' },
  account: { type: 'string' },
  json: { type: 'boolean' },
};

/** Works through a running server with `--url`, with Main credentials of the environment; else on the data itself. */
export function withOperator<Result>(
  context: CliContext,
  options: Options,
  use: (operator: Operator) => Promise<Result>,
): Promise<Result> {
  const url = options.text('url');
  return url === undefined
    ? withLocalOperator(context, options, ({ accountSid, send, get, openMedia }, { config, secrets }) =>
        use({
          accountSid,
          async stream(path, write) {
            const { status, text } = await get(path);
            await passOn(status, text, write);
          },
          async send(method, path, form) {
            const { status, body } = await send(method, path, formOf(method, form));
            return successOf(status, body);
          },
          openMedia: (serviceSid, sid) => openMedia(mediaStorageOf(config, secrets), serviceSid, sid),
        }),
      )
    : use(remoteOperator(context, options, url));
}

/** Works on the data itself. Where a server holds the folder, says how to reach that instead. */
export async function withLocalOperator<Result>(
  context: CliContext,
  options: Options,
  use: (api: OperatorApi, resolved: ResolvedConfig) => Promise<Result>,
): Promise<Result> {
  const resolved = configOf(context, options.configArgv);
  try {
    return await withStore(context, resolved, async (store) => {
      const data = { store, secretBox: requireSecretBox(resolved), config: resolved.config };
      const api = await openOperatorApi(data, options.text('account'));
      try {
        return await use(api, resolved);
      } finally {
        await api.close();
      }
    });
  } catch (error) {
    if (!(error instanceof DataFolderInUseError)) throw error;
    throw new OperatorError(
      `A server works on ${resolved.config.dataDir}, and alone may. Stop it, or, where the command has --url, ask it: give its address ` +
        'there, and CONFAB_ACCOUNT_SID with CONFAB_AUTH_TOKEN in the environment.',
    );
  }
}

function remoteOperator({ env, stderr }: CliContext, options: Options, url: string): Operator {
  if (!/^https?:\/\//.test(url) || !URL.canParse(url))
    throw new UsageError('--url must begin with http:// or https://.');
  const { protocol, hostname } = new URL(url);
  if (protocol === 'http:' && !isLoopbackHost(hostname)) {
    stderr.write('warning: without https the auth token crosses the network in clear text\n');
  }
  const account = firstOf(env, ['CONFAB_ACCOUNT_SID', 'TWILIO_ACCOUNT_SID']);
  const token = firstOf(env, ['CONFAB_AUTH_TOKEN', 'TWILIO_AUTH_TOKEN']);
  if (account === undefined || token === undefined) {
    throw new UsageError('With --url, CONFAB_ACCOUNT_SID and CONFAB_AUTH_TOKEN must be in the environment.');
  }
  const asked = options.text('account');
  if (asked !== undefined && asked !== account) {
    throw new UsageError(
      '--account is another account than CONFAB_ACCOUNT_SID, and a server is asked for the account of the credentials. Put those of the ' +
        'other account in the environment.',
    );
  }
  const authorization = `Basic ${Buffer.from(`${account}:${token}`).toString('base64')}`;
  async function ask(method: string, path: string, body?: URLSearchParams, signal?: AbortSignal): Promise<Response> {
    try {
      const target = new URL(path, url);
      const options = { method, headers: { authorization }, redirect: 'error' as const };
      return await fetch(target, { ...options, ...(body && { body }), ...(signal && { signal }) });
    } catch (error) {
      const reason = error instanceof Error ? String(error.cause ?? error.message) : String(error);
      throw new OperatorError(`The server at ${url} cannot be asked: ${reason}`);
    }
  }
  return {
    accountSid: account,
    async send(method, path, form, signal) {
      const response = await ask(method, path, formOf(method, form), signal);
      const text = await response.text();
      return successOf(response.status, parseJson(text));
    },
    async stream(path, write) {
      const { status, body } = await ask('GET', path);
      await passOn(status, body?.pipeThrough(new TextDecoderStream()) ?? [], write);
    },
    async openMedia(serviceSid, sid) {
      const response = await ask('GET', `/v1/Services/${encodeURIComponent(serviceSid)}/Media/${sid}/Content`);
      if (response.ok) return response.body ?? Readable.from([]);
      const text = await response.text();
      if (response.status === 404) return undefined;
      throw new OperatorError(
        `The file ${sid} cannot be read: the answer was ${response.status}. ${text.slice(0, 200)}`,
      );
    },
  };
}

/** What an export ends with when it is whole. */
const END = /\{"type":"end","lines":\d+\}\n$/;

async function passOn(
  status: number,
  text: AsyncIterable<unknown> | Iterable<unknown>,
  write: (text: string) => void | Promise<void>,
): Promise<void> {
  let tail = '';
  try {
    for await (const chunk of text) {
      tail = (tail + String(chunk)).slice(-1000);
      if (status === 200) await write(String(chunk));
    }
  } catch (error) {
    if (error instanceof OperatorError) throw error;
    throw new OperatorError(`The export broke off: ${error instanceof Error ? error.message : error}`);
  }
  successOf(status, parseJson(tail));
  if (!END.test(tail)) throw new OperatorError('The export broke off: it is not whole.');
}

function formOf(method: string, form: Record<string, string | undefined> | undefined): URLSearchParams | undefined {
  if (method !== 'POST') return undefined;
  return new URLSearchParams(
    Object.entries(form ?? {}).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}

function successOf(status: number, body: unknown): unknown {
  if (status >= 200 && status < 300) return body;
  const { code, message } = Object(body);
  throw new OperatorError(message === undefined ? `The answer was ${status}.` : `${message} (${code})`);
}

function parseJson(text: string): unknown {
  try {
    return text === '' ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}
