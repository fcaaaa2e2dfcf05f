type Environment = Readonly<Record<string, string | undefined>>;

/** The first of these variables that is set and not empty: programs name the same thing differently. */
export function firstOf(env: Environment, names: readonly string[]): string | undefined {
  return names.map((name) => env[name]).find((value) => value !== undefined && value !== '');
}
