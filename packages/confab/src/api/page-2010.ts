import type { Limits } from '../config/index.ts';
import { type KeysetList, type List, loadPage, type PAGE_PARAMS } from './paging.ts';
import type { ParamValues } from './params.ts';

/** One page of a list in the envelope of the older API, whose URIs are relative to the host (REST API 2). */
export async function page2010<Row>(
  given: ParamValues<typeof PAGE_PARAMS>,
  limits: Pick<Limits, 'pageSizeDefault' | 'pageSizeMaximum'>,
  list: List<Row> | KeysetList<Row>,
) {
  const { number, size, views, first, previous, current, next } = await loadPage(given, limits, list);
  const start = number * size;
  return {
    [list.key]: views,
    page: number,
    page_size: size,
    start,
    end: start + Math.max(views.length - 1, 0),
    uri: current,
    first_page_uri: first,
    previous_page_uri: previous,
    next_page_uri: next,
  };
}
