import { systemClock } from '../clock.ts';
import { ConfigError, type ResolvedConfig } from '../config/index.ts';
import { examine, type Finding, failed, ok, warning } from '../doctor/index.ts';
import type { CliContext } from './context.ts';
import { configOf } from './open-data.ts';
import { readOptions, UsageError } from './options.ts';
import { printJson } from './print.ts';

const MARKS = { ok: 'ok     ', warning: 'WARNING', failed: 'FAILED ' } as const;

/** `confab doctor`: what is wrong, and what to do. Resolves with the exit code: 1 if something has failed. */
export async function doctorCommand(context: CliContext, argv: readonly string[]): Promise<number> {
  let options: ReturnType<typeof readOptions>;
  try {
    options = readOptions(argv, { json: { type: 'boolean' } });
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    context.stderr.write(`confab doctor: ${error.message}\nSee confab doctor --help\n`);
    return 2;
  }
  const findings = await findingsOf(context, options.configArgv);
  if (options.isSet('json')) printJson(context.stdout, findings);
  else for (const finding of findings) context.stdout.write(lineOf(finding));
  return findings.some(({ verdict }) => verdict === 'failed') ? 1 : 0;
}

async function findingsOf(context: CliContext, argv: readonly string[]): Promise<Finding[]> {
  const check = 'configuration';
  const advice = 'See docs/configuration.md.';
  const warnings: Finding[] = [];
  let resolved: ResolvedConfig;
  try {
    const stderr = {
      write: (text: string) => warnings.push(warning(check, text.replace('warning: ', '').trim(), advice)),
    };
    resolved = configOf({ ...context, stderr }, argv);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.problems.map(({ setting, fault }) => failed(check, `${setting} ${fault}`, advice));
  }
  const first = warnings.length > 0 ? warnings : [ok(check, 'can be used')];
  return [...first, ...(await examine(resolved, systemClock().now))];
}

function lineOf({ check, verdict, message, advice }: Finding): string {
  return `${MARKS[verdict]}  ${check}: ${message}\n${advice === undefined ? '' : `         → ${advice}\n`}`;
}
