/** A page of rows by a whole-number key: an id, or a message's index. */
export interface KeyRange {
  order: 'asc' | 'desc';
  /** First key of the page, included, in the given order; the end that the order begins at when absent. */
  from?: number | undefined;
  limit: number;
}
