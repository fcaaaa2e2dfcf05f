import type { Clock } from '../../clock.ts';
import { connectionOverrides } from './connection-overrides.ts';
import { exchange } from './exchange.ts';
import { requestedUrl } from './requested-url.ts';
import { type Resolve, resolveTarget, systemResolve, type TargetRules } from './resolve-target.ts';
import type { HookParams } from './signature.ts';

/** One hook, to be sent once. */
export interface Hook {
  readonly method: 'GET' | 'POST';
  /** As configured; its fragment says how to connect (webhooks 3). */
  readonly url: string;
  readonly params: HookParams;
  /** A UUID: the same for every try of one event at one target. */
  readonly idempotencyToken: string;
  /** The account's primary auth token. */
  readonly authToken: string;
  /** No try takes longer, in ms, whatever the URL asks for. For those that somebody waits for. */
  readonly longestMs?: number | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/** What became of it. */
export type HookResult =
  | {
      readonly kind: 'answered';
      readonly status: number;
      readonly contentType: string | undefined;
      readonly body: string;
    }
  /** `connect`: there was no connection yet. `read`: no answer, or not all of it. */
  | { readonly kind: 'timed_out'; readonly waitingFor: 'connect' | 'read' }
  /** Never connected: the name has no address, nobody listens, the certificate is not good. */
  | { readonly kind: 'unreachable'; readonly reason: string }
  /** Connected, and then no answer that could be read. */
  | { readonly kind: 'broken'; readonly reason: string }
  | { readonly kind: 'too_large'; readonly status: number }
  /** Not sent: the address is none that hooks may go to. */
  | { readonly kind: 'blocked'; readonly reason: string };

export type HookOutcome = HookResult & {
  /** In ms, by the clock that the sender was given. */
  readonly startedAt: number;
  readonly durationMs: number;
};

export interface HookSenderOptions {
  readonly clock: Clock;
  readonly rules: TargetRules;
  readonly limits: { readonly webhookTimeoutMs: number; readonly webhookAnswerBytes: number };
  readonly resolve?: Resolve | undefined;
}

export type SendHook = (hook: Hook) => Promise<HookOutcome>;

/**
 * Makes what sends hooks: signed, with all time and size bounded, never redirected, and only to where they may go. The outcome says what
 * happened; nothing is thrown for what is the target's fault. Both the default time (`webhookTimeoutMs`) and that of the URL's fragment
 * count for a try as a whole, so that an answer that trickles in gains nothing.
 */
export function createHookSender({ clock, rules, limits, resolve = systemResolve }: HookSenderOptions): SendHook {
  return async (hook) => {
    const startedAt = clock.now();
    const result = await attempt(hook);
    return { ...result, startedAt, durationMs: Math.max(0, clock.now() - startedAt) };
  };

  async function attempt(hook: Hook): Promise<HookResult> {
    const requested = requestedUrl(hook.authToken, hook);
    if (requested === undefined) return { kind: 'blocked', reason: 'the URL is not one of http or https' };
    const { connectMs, readMs, totalMs = limits.webhookTimeoutMs } = connectionOverrides(hook.url);
    const longestMs = Math.min(totalMs, hook.longestMs ?? totalMs);
    return exchange({
      requested,
      method: hook.method,
      headers: { ...hook.headers, 'I-Twilio-Idempotency-Token': hook.idempotencyToken },
      addresses: () => resolveTarget(requested.url, rules, resolve),
      times: { totalMs: longestMs, connectMs: connectMs ?? longestMs, readMs: readMs ?? longestMs },
      answerBytes: limits.webhookAnswerBytes,
      clock,
    });
  }
}
