import { EventSourceParserStream } from 'eventsource-parser/stream';
import { type Fields, RestError, request } from './rest.ts';

export interface SourceEvent {
  type: string;
  data: string;
}

export type SourceState = 'connecting' | 'open' | 'waiting';

export interface SourceOptions {
  path: string;
  query: Fields;
  signal: AbortSignal;
  onEvent: (event: SourceEvent) => void;
  onState: (state: SourceState) => void;
}

/** More in one event than that is not taken. */
const LARGEST_EVENT = 4_000_000;

const FIRST_RETRY_MS = 1_000;
const LAST_RETRY_MS = 15_000;

/**
 * Follows server-sent events (HTML Standard 9.2), which the browser's own reader cannot do with a token in a header. When the stream ends,
 * it is opened again where it was. Throws RestError for what is refused: it would be refused again. Returns when the signal is aborted.
 */
export async function followEvents({ path, query, signal, onEvent, onState }: SourceOptions): Promise<void> {
  let lastId = '';
  let wait = FIRST_RETRY_MS;
  while (!signal.aborted) {
    onState('connecting');
    try {
      const headers = { Accept: 'text/event-stream', ...(lastId !== '' && { 'Last-Event-ID': lastId }) };
      const { body } = await request(path, { query, headers, signal });
      onState('open');
      wait = FIRST_RETRY_MS;
      if (body !== null) await read(body);
    } catch (error) {
      if (signal.aborted) return;
      if (error instanceof RestError && error.status >= 400 && error.status < 500 && error.status !== 429) throw error;
    }
    if (signal.aborted) return;
    onState('waiting');
    await pause(wait, signal);
    wait = Math.min(wait * 2, LAST_RETRY_MS);
  }

  async function read(body: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<void> {
    const parser = new EventSourceParserStream({
      maxBufferSize: LARGEST_EVENT,
      // Also of events without data, which move the place only.
      onId: (id) => {
        lastId = id;
      },
    });
    const reader = body.pipeThrough(new TextDecoderStream()).pipeThrough(parser).getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done || signal.aborted) return;
      onEvent({ type: value.event ?? 'message', data: value.data });
    }
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
