/** What a command line program has of its surroundings. */
export interface CliContext {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly readFile: (file: string) => string;
  readonly stdout: { write(text: string): unknown; readonly isTTY?: boolean | undefined };
  readonly stderr: { write(text: string): unknown };
  /** Calls back at the first SIGTERM or SIGINT. */
  readonly onSignal: (callback: () => void) => void;
}
