export type Verdict = 'ok' | 'warning' | 'failed';

/** What one check found. */
export interface Finding {
  readonly check: string;
  readonly verdict: Verdict;
  readonly message: string;
  /** What to do, unless it is ok. */
  readonly advice?: string;
}

export const ok = (check: string, message: string): Finding => ({ check, verdict: 'ok', message });

export const warning = (check: string, message: string, advice: string): Finding => ({
  check,
  verdict: 'warning',
  message,
  advice,
});

export const failed = (check: string, message: string, advice: string): Finding => ({
  check,
  verdict: 'failed',
  message,
  advice,
});

export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error && error.cause.message !== '' ? error.cause.message : error.message;
}
