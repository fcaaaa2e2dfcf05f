/** What came of a request. */
export interface Fetched {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

export interface FetchBounds {
  readonly headers?: Readonly<Record<string, string>>;
  /** For all of it: connection, headers and body. */
  readonly timeoutMs: number;
  /** Of the body, after decompression. */
  readonly maxBytes: number;
}

/** There is no answer, or none that is looked at. The message says why in words, for a log. */
export class FetchFault extends Error {}

/**
 * GETs a URL, and takes no more time and memory than it is given. A redirect is an answer like any other: it is not followed, so that
 * nothing is sent where nobody meant it to go.
 *
 * @throws {FetchFault} when nothing answers in time, or with too much.
 */
export async function fetchBounded(url: string, { headers = {}, timeoutMs, maxBytes }: FetchBounds): Promise<Fetched> {
  try {
    const response = await fetch(url, {
      headers: { Accept: '*/*', ...headers },
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
    });
    const text = await readBounded(response, maxBytes);
    return { status: response.status, headers: response.headers, text };
  } catch (error) {
    if (error instanceof FetchFault) throw error;
    const isLate = error instanceof Error && error.name === 'TimeoutError';
    throw new FetchFault(isLate ? `there was no answer within ${timeoutMs} ms` : 'it could not be reached', {
      cause: error,
    });
  }
}

async function readBounded(response: Response, maxBytes: number): Promise<string> {
  if (response.body === null) return '';
  const reader = response.body.getReader();
  const decoder = new TextDecoder();
  let length = 0;
  let text = '';
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    length += part.value.length;
    if (length > maxBytes) {
      await reader.cancel();
      throw new FetchFault(`the answer has more than ${maxBytes} bytes`);
    }
    text += decoder.decode(part.value, { stream: true });
  }
  return text + decoder.decode();
}
