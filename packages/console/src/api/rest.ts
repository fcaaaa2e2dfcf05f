import { sessionToken } from '../session/session.ts';

/** What the API refuses with (REST API 4), or what kept a request from arriving. */
export class RestError extends Error {
  override readonly name = 'RestError';
  /** HTTP status; 0 when there was no answer. */
  readonly status: number;
  readonly code: number | undefined;
  /** The parameter that is wrong, where the API names one. */
  readonly parameter: string | undefined;

  constructor(status: number, message: string, code?: number, parameter?: string) {
    super(message);
    this.status = status;
    this.code = code;
    this.parameter = parameter;
  }
}

/** Form fields; undefined ones are left out, lists are repeated. */
export type Fields = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;

export interface RequestOptions {
  method?: 'GET' | 'POST' | 'DELETE';
  /** Sent as a form. */
  form?: Fields;
  query?: Fields;
  signal?: AbortSignal;
  headers?: Readonly<Record<string, string>>;
  /** Sent so that webhooks fire, as they do for what is done over an SDK. */
  webhooks?: boolean;
}

/**
 * Asks the server's own REST API, as any other client of it would: there is no other way in. Throws RestError. `undefined` for answers
 * without a body.
 */
export async function rest(path: string, options: RequestOptions = {}): Promise<unknown> {
  const answer = await request(path, options);
  const text = await answer.text();
  return text === '' ? undefined : parse(text, answer.status);
}

/** The same, for answers that are no JSON or go on for long: the body has not been read yet. Throws RestError for what is no success. */
export async function request(path: string, options: RequestOptions = {}): Promise<Response> {
  const first = await send(path, options, await sessionToken());
  // The session may have been renewed or ended meanwhile.
  const answer = first.status === 401 ? await send(path, options, await sessionToken({ renew: true })) : first;
  if (answer.ok) return answer;
  const text = await answer.text();
  throw errorOf(answer.status, text === '' ? undefined : parse(text, answer.status));
}

async function send(path: string, options: RequestOptions, token: string): Promise<Response> {
  const { method = options.form === undefined ? 'GET' : 'POST', form, query, signal, headers, webhooks } = options;
  const parameters = encode(query).toString();
  const url = parameters === '' ? path : `${path}${path.includes('?') ? '&' : '?'}${parameters}`;
  try {
    return await fetch(url, {
      method,
      // Nothing but the header authenticates, and the browser has no password to ask for.
      credentials: 'omit',
      headers: {
        ...headers,
        Authorization: `Bearer ${token}`,
        ...(webhooks === true && { 'X-Twilio-Webhook-Enabled': 'true' }),
      },
      ...(form !== undefined && { body: encode(form) }),
      ...(signal !== undefined && { signal }),
    });
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new RestError(0, 'The server does not answer. Is it running?');
  }
}

function encode(fields: Fields = {}): URLSearchParams {
  const encoded = new URLSearchParams();
  for (const [name, value] of Object.entries(fields)) {
    if (value === undefined) continue;
    for (const one of Array.isArray(value) ? value : [value]) encoded.append(name, String(one));
  }
  return encoded;
}

function parse(text: string, status: number): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new RestError(status, 'The answer of the server is not JSON.');
  }
}

function errorOf(status: number, body: unknown): RestError {
  const { message, code, details } = fieldsOf(body);
  const { parameter } = fieldsOf(details);
  return new RestError(
    status,
    typeof message === 'string' ? message : `The server answered with status ${status}.`,
    typeof code === 'number' ? code : undefined,
    typeof parameter === 'string' ? parameter : undefined,
  );
}

/** The properties of whatever came from outside; none, if it is no object. */
export function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
