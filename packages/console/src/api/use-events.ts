import { useCallback, useEffect, useRef, useState } from 'react';
import { followEvents, type SourceState } from './event-source.ts';
import type { Pages, Row } from './pages.ts';
import { type Fields, fieldsOf } from './rest.ts';

/** So many are kept, the newest. */
const KEPT = 500;

/** So often what came is shown, however much it is. */
const SHOW_MS = 200;

export interface LiveEvents {
  /** The newest first. Each has a `key`, its `event` and what it tells. */
  rows: readonly Row[];
  state: SourceState | 'paused' | 'off';
  /** Came while what is shown stood still. */
  held: number;
  error: unknown;
  setPaused(isPaused: boolean): void;
  clear(): void;
}

/** What a stream of the API tells, as it comes, the newest 500. Undefined query: nobody listens. */
export function useEvents(path: string, query: Fields | undefined): LiveEvents {
  const [shown, setShown] = useState<readonly Row[]>([]);
  const [state, setState] = useState<SourceState>('connecting');
  const [error, setError] = useState<unknown>();
  const [isPaused, setPaused] = useState(false);
  const [held, setHeld] = useState(0);
  const kept = useRef<Row[]>([]);
  const paused = useRef(false);
  const asked = query === undefined ? undefined : JSON.stringify(query);

  const clear = useCallback(() => {
    kept.current = [];
    setShown([]);
    setHeld(0);
  }, []);

  useEffect(() => {
    setError(undefined);
    if (asked === undefined) return;
    const ended = new AbortController();
    let count = 0;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const show = (): void => {
      timer = undefined;
      if (paused.current) setHeld((before) => before + count);
      else setShown([...kept.current]);
      count = 0;
    };
    followEvents({
      path,
      query: fieldsFrom(asked),
      signal: ended.signal,
      onState: setState,
      onEvent({ type, data }) {
        kept.current.unshift({ ...fieldsOf(parse(data)), event: type, key: nextKey() });
        kept.current.length = Math.min(kept.current.length, KEPT);
        count += 1;
        timer ??= setTimeout(show, SHOW_MS);
      },
    }).catch((failure: unknown) => {
      if (!ended.signal.aborted) setError(failure);
    });
    return () => {
      ended.abort();
      clearTimeout(timer);
    };
  }, [path, asked]);

  return {
    rows: shown,
    state: asked === undefined ? 'off' : isPaused ? 'paused' : state,
    held,
    error,
    clear,
    setPaused(value) {
      paused.current = value;
      setPaused(value);
      if (value) return;
      setHeld(0);
      setShown([...kept.current]);
    },
  };
}

/** Rows that are there already, for the table. */
export function shownRows(rows: readonly Row[]): Pages {
  const nothing = (): never => {
    throw new Error('There is nothing to ask for.');
  };
  return {
    rows,
    query: {
      isPending: false,
      error: null,
      hasNextPage: false,
      isFetchingNextPage: false,
      fetchNextPage: nothing,
      refetch: nothing,
    },
  };
}

let keys = 0;
function nextKey(): string {
  keys += 1;
  return String(keys);
}

function fieldsFrom(json: string): Fields {
  return JSON.parse(json) as Fields;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return { text };
  }
}
