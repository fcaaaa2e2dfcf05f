import { readFileSync } from 'node:fs';
import { runCli } from '../../src/cli/index.ts';

export interface CliResult {
  code: number;
  output: string;
  errors: string;
  /** The output, parsed. */
  json(): Record<string, unknown>;
}

/** Runs a command in this process, in `folder` and with `env` and nothing else of ours. */
export async function confabIn(folder: string, argv: string[], env: Record<string, string> = {}): Promise<CliResult> {
  let output = '';
  let errors = '';
  const code = await runCli(
    {
      env: { CONFAB_DATA_DIR: folder, CONFAB_LOG_LEVEL: 'silent', ...env },
      cwd: folder,
      readFile: (file) => readFileSync(file, 'utf8'),
      stdout: {
        write(text) {
          output += text;
        },
      },
      stderr: {
        write(text) {
          errors += text;
        },
      },
      onSignal: () => {},
    },
    argv,
  );
  return { code, output, errors, json: () => JSON.parse(output) };
}
