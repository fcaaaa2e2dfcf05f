/** A page of rows by a whole-number key: an id, or a message's index. */
export interface KeyRange {
  order: 'asc' | 'desc';
  /** First key of the page, included, in the given order; the end that the order begins at when absent. */
  from?: number | undefined;
  limit: number;
}

/** Values of the columns that rows are ordered by, the first one foremost. Together they are unique. */
export type Key = readonly (number | string)[];

/** A page of rows by a key of other kinds: a SID, or a time and an id. */
export interface KeysetRange {
  order: 'asc' | 'desc';
  /** Where the page begins in the given order: at the row with this key, or after it. The end that the order begins at when absent. */
  from?: { readonly key: Key; readonly included: boolean } | undefined;
  limit: number;
}
