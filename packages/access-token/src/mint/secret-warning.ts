import type { TokenWarning } from '../shared/text-warnings.ts';

/** As long as the hash (RFC 7518 3.2). Java's library, and newer .NET ones, refuse a shorter secret (access tokens 3). */
const STRONG_BYTES = 32;

let reported = false;

/** Tells of a secret that is shorter than HS256 asks for: whoever asks to be told, else the log, once. */
export function warnOfSecret(secret: string, onWarning: ((warning: TokenWarning) => void) | undefined): void {
  // UTF-8 is never shorter than UTF-16 counts.
  if (secret.length >= STRONG_BYTES || new TextEncoder().encode(secret).length >= STRONG_BYTES) return;
  const message = `apiSecret has fewer than ${STRONG_BYTES} bytes; make a new API key`;
  if (onWarning !== undefined) {
    onWarning({ code: 'weak_secret', argument: 'apiSecret', message });
  } else if (!reported) {
    reported = true;
    console.warn(message);
  }
}
