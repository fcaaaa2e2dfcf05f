import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { request } from '../../api/rest.ts';
import { parseMetrics, type Sample } from './metrics.ts';

/** What `/metrics` said at one time. */
export interface Look {
  /** In seconds since the epoch, as plots count. */
  at: number;
  samples: readonly Sample[];
}

const EVERY_MS = 5_000;

/** A quarter of an hour. */
const KEPT = 180;

/** What `/metrics` says, every five seconds, as long as this page is open; the newest last. */
export function useSamples() {
  const [looks, setLooks] = useState<readonly Look[]>([]);
  const query = useQuery({
    queryKey: ['metrics'],
    queryFn: async ({ signal }): Promise<Look> => {
      const answer = await request('/metrics', { signal });
      const samples = parseMetrics(await answer.text());
      // Only those of Confab and of the process are shown: the rest need not be kept.
      return { at: Date.now() / 1000, samples: samples.filter(({ name }) => SHOWN.test(name)) };
    },
    refetchInterval: EVERY_MS,
  });
  const { data } = query;
  useEffect(() => {
    if (data !== undefined) setLooks((before) => [...before.slice(1 - KEPT), data]);
  }, [data]);
  return { looks, query };
}

const SHOWN =
  /^(?:confab_|process_start_time_seconds|process_resident_memory_bytes|nodejs_eventloop_lag_p99_seconds|nodejs_version_info)/;
