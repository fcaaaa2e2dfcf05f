import { type UseQueryResult, useQuery } from '@tanstack/react-query';
import type { Row } from './pages.ts';
import { fieldsOf, rest } from './rest.ts';

/** One resource of the REST API. `key` begins the query's key, as in `usePages`: whoever changes the resource invalidates that. */
export function useRecord(path: string, key: string, { enabled = true } = {}): UseQueryResult<Row> {
  return useQuery({
    queryKey: [key, path],
    queryFn: async ({ signal }) => fieldsOf(await rest(path, { signal })),
    enabled,
  });
}
