import type { CancelTimer, Clock } from '../clock.ts';

export interface Pace {
  windowMs: number;
  /** What has to come or go in each window. */
  leastBytes: number;
  /** How much has so far. */
  moved(): number;
  tooSlow(): void;
}

/** Tells once when less moves than has to: who sends or reads byte by byte does not keep a place. Returns how to stop. */
export function watchPace(clock: Clock, { windowMs, leastBytes, moved, tooSlow }: Pace): CancelTimer {
  let cancel: CancelTimer = () => {};
  function look(before: number): void {
    cancel = clock.setTimer(() => {
      const now = moved();
      if (now - before < leastBytes) tooSlow();
      else look(now);
    }, windowMs);
  }
  look(moved());
  return () => cancel();
}
