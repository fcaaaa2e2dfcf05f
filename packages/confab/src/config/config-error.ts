/** One thing that is wrong with the configuration. */
export interface Problem {
  /** What has to be changed, by the name under which it was given: a variable, a flag, an option. */
  readonly setting: string;
  /** What is wrong with it and what is expected, as the rest of the sentence. Never holds the value of a secret. */
  readonly fault: string;
}

/** A configuration that Confab refuses to start with. The message lists everything that is wrong, one problem a line. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    const lines = problems.map(({ setting, fault }) => `  ${setting} ${fault}`);
    super(`The configuration cannot be used:\n${lines.join('\n')}`);
    this.problems = problems;
  }
}

const LONGEST_SHOWN = 100;

/** A value as an error message shows it: one line, no control characters, not too long. Not for secrets. */
export function show(value: unknown): string {
  const text = typeof value === 'string' || Array.isArray(value) ? JSON.stringify(value) : String(value);
  return text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}…` : text;
}
