export interface TokenBucketsOptions {
  /** Tokens that a full bucket has, and that flow in within `windowMs`. */
  tokens: number;
  windowMs: number;
  /** Most buckets that are kept. Where there is no room for another, its first token is refused. */
  maximum: number;
}

/** Buckets of tokens by key, for limiting rates. Times are in ms, of any clock. */
export interface TokenBuckets<Key> {
  /** Takes a token. When there is none: how long it takes until there is, and nothing is taken. */
  take(key: Key, now: number): number | undefined;
  /** Puts a token back. */
  giveBack(key: Key): void;
}

/**
 * Of each bucket only the moment is kept at which it will be full again (the generic cell rate algorithm, ITU-T I.371), so that a full one
 * need not be kept at all.
 */
export function createTokenBuckets<Key>({ tokens, windowMs, maximum }: TokenBucketsOptions): TokenBuckets<Key> {
  const step = windowMs / tokens;
  const fullAt = new Map<Key, number>();

  /** Whether another bucket may be kept. One that a clock left which has been set back since would stay for as long as that. */
  function hasRoom(now: number): boolean {
    if (fullAt.size < maximum) return true;
    for (const [key, at] of fullAt) if (at <= now || at > now + windowMs + step) fullAt.delete(key);
    return fullAt.size < maximum;
  }

  return {
    take(key, now) {
      const known = fullAt.get(key);
      if (known === undefined && !hasRoom(now)) return windowMs;
      // One that would need more than the window was left by a clock that has been set back since.
      const before = Math.min(Math.max(known ?? now, now), now + windowMs);
      const wait = before + step - now - windowMs;
      // Thousands of steps add up to the window but for their rounding.
      const taken = wait <= step / 100;
      fullAt.set(key, taken ? before + step : before);
      return taken ? undefined : wait;
    },
    giveBack(key) {
      const at = fullAt.get(key);
      if (at !== undefined) fullAt.set(key, at - step);
    },
  };
}
