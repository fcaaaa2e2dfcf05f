/**
 * Operations that this release does not serve. Whoever adds one takes it off: the suite fails for what is listed and served, as for what is
 * not listed and not served.
 */
export const NOT_SERVED: ReadonlySet<string> = new Set<string>([]);

/** Documented parameters that this release refuses, or does not look at, by operation: likewise exact. */
export const NOT_ACCEPTED: ReadonlyMap<string, readonly string[]> = new Map<string, readonly string[]>([]);
