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
  let cancel: CancelTimer = () => {};
  return {
    renew(expiresAt) {
      cancel();
      const left = (): number => expiresAt * 1000 - clock.now();
      cancel = clock.setTimer(() => {
        cancel = clock.setTimer(onExpired, left());
        onAboutToExpire();
      }, left() - WARNING_MS);
    },
    stop: () => cancel(),
  };
}
