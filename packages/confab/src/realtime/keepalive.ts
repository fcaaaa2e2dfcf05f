import type { CancelTimer, Clock } from '../clock.ts';

export interface Keepalive {
  /** Something came from the peer. */
  heard(): void;
  stop(): void;
}

/**
 * Pings the peer at the interval and gives it up when nothing at all came within `replyMs` of a ping, though it was listened to: the SDK itself never pings and cannot
 * notice a half-open socket, and mobile clients give up after 45 s of silence (protocol 3.4).
 */
export function watchKeepalive(
  clock: Clock,
  options: { pingMs: number; replyMs: number; ping: () => void; isDeaf: () => boolean; onSilence: () => void },
): Keepalive {
  let heard = true;
  let cancel: CancelTimer = () => {};
  const pingLater = (): void => {
    cancel = clock.setTimer(() => {
      heard = false;
      options.ping();
      cancel = clock.setTimer(() => (heard || options.isDeaf() ? pingLater() : options.onSilence()), options.replyMs);
    }, options.pingMs);
  };
  pingLater();
  return {
    heard() {
      heard = true;
    },
    stop: () => cancel(),
  };
}
