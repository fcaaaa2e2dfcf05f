/** What has happened, for comparing two runs and for telling what led to a failure. */
export interface Trace {
  note(text: string): void;
  /** The last lines, or all of them. */
  lines(): readonly string[];
  /** The same for two runs in which the same has happened. */
  hash(): string;
}

/** `keep`: how many lines are kept for `lines`. */
export function createTrace(now: () => number, keep: number): Trace {
  let lines: string[] = [];
  // FNV-1a, 32 bits: it tells runs apart, no more is asked of it.
  let hash = 0x811c9dc5;
  return {
    note(text) {
      const line = `${now()} ${text}`;
      for (let at = 0; at < line.length; at += 1) hash = Math.imul(hash ^ line.charCodeAt(at), 0x01000193);
      lines.push(line);
      if (lines.length > 2 * keep) lines = lines.slice(-keep);
    },
    // slice(-Infinity) is all of them.
    lines: () => lines.slice(-keep),
    hash: () => (hash >>> 0).toString(16).padStart(8, '0'),
  };
}
