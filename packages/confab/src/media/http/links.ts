import { createHmac } from 'node:crypto';
import type { Clock } from '../../clock.ts';
import { safeEqual } from '../../secrets/index.ts';

export type LinkedKind = 'Content' | 'Thumbnail';

/** What a link is good for. */
export interface Link {
  serviceSid: string;
  sid: string;
  kind: LinkedKind;
  /** SID of the user or the account that it was made for. */
  viewer: string;
}

export interface TemporaryLinks {
  /** The query of a link that is good from now on. */
  sign(link: Link): string;
  /** Whether the query was made for this by somebody with the key, and is still good. */
  judge(link: Link, expires: string, signature: string): 'good' | 'expired' | 'forged';
}

export interface LinkOptions {
  /** 32 bytes each, for nothing else: the one that signs, and any that signed before. */
  keys: readonly [Buffer, ...Buffer[]];
  clock: Clock;
  seconds: number;
}

/** Links that need no credentials, for a short time (lifecycle 9). They say for whom they were made, so that they end with that one's right. */
export function createTemporaryLinks({ keys, clock, seconds }: LinkOptions): TemporaryLinks {
  const signatureOf = (key: Buffer, { serviceSid, sid, kind, viewer }: Link, expires: string): string =>
    createHmac('sha256', key)
      .update(JSON.stringify([serviceSid, sid, kind, viewer, expires]))
      .digest('base64url');
  return {
    sign(link) {
      const expires = String(Math.floor(clock.now() / 1000) + seconds);
      const [key] = keys;
      const query = { Viewer: link.viewer, Expires: expires, Signature: signatureOf(key, link, expires) };
      return new URLSearchParams(query).toString();
    },
    judge(link, expires, signature) {
      if (!/^[0-9]{1,12}$/.test(expires)) return 'forged';
      // Each is compared, whichever fits.
      const good = keys.map((key) => safeEqual(signatureOf(key, link, expires), signature));
      if (!good.includes(true)) return 'forged';
      return Number(expires) * 1000 > clock.now() ? 'good' : 'expired';
    },
  };
}
