/** Remembers when API keys were used, so that it is written down once for many requests. */
export interface KeyUses {
  /** A key, by SID, was used at `now` (ms). */
  used(sid: string, now: number): void;
  /** What is to be written down; it is forgotten here. */
  take(): ReadonlyMap<string, number>;
}

/** Uses of a key that are closer together than this are one. */
const APART_MS = 60_000;

/** As many keys are remembered; the uses of others are told later, or not at all. */
const KEPT = 10_000;

export function createKeyUses(): KeyUses {
  /** When each key's newest use that was noticed happened. */
  const noticed = new Map<string, number>();
  let waiting = new Map<string, number>();
  return {
    used(sid, now) {
      const last = noticed.get(sid);
      if (last !== undefined && now - last < APART_MS) return;
      if (noticed.size >= KEPT) noticed.clear();
      noticed.set(sid, now);
      if (waiting.size < KEPT || waiting.has(sid)) waiting.set(sid, now);
    },
    take() {
      const taken = waiting;
      waiting = new Map();
      return taken;
    },
  };
}
