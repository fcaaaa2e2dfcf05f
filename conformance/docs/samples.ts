import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const REPOSITORY = fileURLToPath(new URL('../..', import.meta.url));
const SAMPLE = /<!-- sample: ([\w.-]+) -->\s*```\w+\n([\s\S]*?)```/g;

/** The code blocks of a guide that a comment `sample: name` stands before, by name. Throws for a block in TypeScript without one. */
export function samplesOf(guide: string): Map<string, string> {
  const text = readFileSync(join(REPOSITORY, 'docs', guide), 'utf8');
  const samples = new Map([...text.matchAll(SAMPLE)].map(([, name = '', code = '']) => [name, code]));
  const blocks = text.match(/^```(?:ts|js|tsx|jsx)$/gm)?.length ?? 0;
  const named = [...samples.keys()].filter((name) => /\.[jt]sx?$/.test(name)).length;
  if (blocks !== named) throw new Error(`${guide} has ${blocks} samples, of which ${named} have a name of their own`);
  return samples;
}

export interface SampleFolder {
  /** Runs a sample as a program, with these variables and no others, and returns what it prints. */
  run(program: string, name: string, env: Record<string, string>): Promise<string>;
  /** The exports of a sample. */
  load(name: string): Promise<Record<string, unknown>>;
  /** What the compiler says about the samples; empty when they are right. */
  compile(): Promise<string>;
  remove(): void;
}

/** Writes the files of a sample project into a folder of its own, from where they find the packages of this repository. */
export function writeSamples(files: ReadonlyMap<string, string>): SampleFolder {
  const folder = mkdtempSync(join(REPOSITORY, 'conformance', 'docs', '.samples-'));
  for (const [name, code] of files) writeFileSync(join(folder, name), code);
  const tsconfig = { extends: '../../../tsconfig.json', include: ['*.ts'] };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(tsconfig));
  return {
    async run(program, name, env) {
      const { stdout } = await promisify(execFile)(program, [join(folder, name)], { env });
      return stdout;
    },
    load: (name) => import(join(folder, name)),
    async compile() {
      const compiler = join(REPOSITORY, 'node_modules', '.bin', 'tsc');
      const run = promisify(execFile)(compiler, ['--noEmit', '-p', folder]);
      return run.then(
        () => '',
        ({ stdout }: { stdout: string }) => stdout,
      );
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
