import type { TokenWarningCode } from '../shared/text-warnings.ts';
import { type RefusalCode, TokenRefusal } from '../verify/token-refusal.ts';

/** Something that is wrong with a token, or may cause trouble. */
export interface Finding {
  /** A token with an `error` is refused by every server; a `warning` is for the person who made it. */
  readonly severity: 'error' | 'warning';
  /** The refusal that a server answers with, or the name of the warning. */
  readonly code: RefusalCode | TokenWarningCode | 'short_life' | 'no_crypto';
  /** What is wrong. */
  readonly message: string;
  /** What to do about it. */
  readonly advice: string;
}

const advice: Readonly<Record<RefusalCode, string>> = {
  20101: 'Pass on the text of the token as it was made: three parts with dots between them, nothing before or after.',
  20102: 'Make the token with this package or an official helper library, without naming an algorithm.',
  20103:
    'Give the account (AC…) and an API key of it (SK…), in this order. The auth token of an account makes no tokens.',
  20104: 'Make a new token, with its life in seconds, and give the client a new one before this one expires.',
  20105: 'Set the clock of the machine that made the token, and give times in seconds.',
  20106: 'Give an identity, and a chat grant with the SID of a Conversation Service (IS…).',
  20107: 'Sign with the secret of the API key that iss names, as text: neither decoded nor with space around it.',
};

export function error(code: RefusalCode, message: string, what: string = advice[code]): Finding {
  return { severity: 'error', code, message, advice: what };
}

export function warning(code: Exclude<Finding['code'], RefusalCode>, message: string, what: string): Finding {
  return { severity: 'warning', code, message, advice: what };
}

/** Runs a check of the verifier: its result, or undefined after noting why it refused. */
export function noting<Result>(findings: Finding[], check: () => Result): Result | undefined {
  try {
    return check();
  } catch (refusal) {
    if (!(refusal instanceof TokenRefusal)) throw refusal;
    findings.push(error(refusal.code, refusal.reason));
    return undefined;
  }
}
