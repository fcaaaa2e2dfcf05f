import type { CancelTimer, Clock } from '../clock.ts';

/** The SDK is told of the coming end three minutes before it (protocol 3.6). */
const WARNING_MS = 180_000;

export interface TokenLife {
  /** Starts anew, for a token that ends at `expiresAt` (Unix seconds). */
  renew(expiresAt: number): void;
  stop(): void;
}

/** Watches the life of a connection's token. A token that is inside the last three minutes already is warned of at once. */
export function watchTokenLife(
  clock: Clock,
  { onAboutToExpire, onExpired }: { onAboutToExpire: () => void; onExpired: () => void },
): TokenLife {
  let timers: CancelTimer[] = [];
  const stop = (): void => {
    for (const cancel of timers) cancel();
    timers = [];
  };
  return {
    renew(expiresAt) {
      stop();
      const left = expiresAt * 1000 - clock.now();
      timers = [clock.setTimer(onAboutToExpire, left - WARNING_MS), clock.setTimer(onExpired, left)];
    },
    stop,
  };
}
