import {
  type InfiniteData,
  keepPreviousData,
  type UseInfiniteQueryResult,
  useInfiniteQuery,
} from '@tanstack/react-query';
import { fieldsOf, rest } from './rest.ts';

export type Row = Readonly<Record<string, unknown>>;

type ListQuery = Pick<
  UseInfiniteQueryResult<InfiniteData<unknown>>,
  'isPending' | 'error' | 'hasNextPage' | 'isFetchingNextPage' | 'fetchNextPage' | 'refetch'
>;

export interface Pages {
  rows: readonly Row[];
  query: ListQuery;
}

/**
 * A list of the REST API, page after page as they are wanted (REST API 4). `key` is the name of the list in the answer, and begins the
 * query's key: whoever changes something in the list invalidates that.
 */
export function usePages(path: string, key: string, query: Readonly<Record<string, string | undefined>> = {}): Pages {
  const result = useInfiniteQuery({
    queryKey: [key, path, query],
    queryFn: ({ pageParam, signal }) =>
      pageParam === undefined
        ? rest(path, { query: { PageSize: 100, ...query }, signal })
        : rest(pageParam, { signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => nextPage(page),
    placeholderData: keepPreviousData,
  });
  const rows = (result.data?.pages ?? []).flatMap((page) => {
    const list = fieldsOf(page)[key];
    return Array.isArray(list) ? list.map(fieldsOf) : [];
  });
  return { rows, query: result };
}

/** As a path, so that the answer's idea of this server's address does not matter. */
function nextPage(page: unknown): string | undefined {
  const { meta, next_page_uri: uri } = fieldsOf(page);
  // The older API has a path in another place (REST API 2).
  const next = fieldsOf(meta).next_page_url ?? uri;
  if (typeof next !== 'string') return undefined;
  const { pathname, search } = new URL(next, location.origin);
  return pathname + search;
}

export function textOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}
