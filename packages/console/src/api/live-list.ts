import { useInfiniteQuery } from '@tanstack/react-query';
import type { Pages, Row } from './pages.ts';
import { type Fields, fieldsOf, rest } from './rest.ts';

const REFRESH_MS = 2_000;

/** A list that has no pages and is asked for again every two seconds, with what else stands in the answer. */
export function useLiveList(path: string, key: string, query: Fields = {}): Pages & { answer: Row } {
  const result = useInfiniteQuery({
    queryKey: [key, path, query],
    queryFn: ({ signal }) => rest(path, { query, signal }),
    initialPageParam: undefined,
    getNextPageParam: () => undefined,
    refetchInterval: REFRESH_MS,
  });
  const answer = fieldsOf(result.data?.pages[0]);
  const list = answer[key];
  return { rows: Array.isArray(list) ? list.map(fieldsOf) : [], query: result, answer };
}
