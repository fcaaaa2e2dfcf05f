import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { buildPackage } from '../packages/access-token/scripts/build-package.ts';
import { benchOptions } from './support/options.ts';
import { report } from './support/report.ts';
import { interleave, type Variant, valuesOf } from './support/rounds.ts';
import { withTemporaryFolder } from './support/temporary-folder.ts';

/** Milliseconds until what makes tokens is loaded, each in a process of its own: the published package, and what others load. */
const options = benchOptions({ seconds: 1 });
const run = promisify(execFile);
/** Processes of a round; its value is the shortest, which the machine disturbed least. */
const PROCESSES = 5;

function variant(name: string, load: string): Variant<'elapsed' | 'cpu'> {
  const code = `const start = performance.now(); const before = process.cpuUsage(); ${load};
const elapsed = performance.now() - start; const { user, system } = process.cpuUsage(before);
console.log(JSON.stringify({ elapsed, cpu: (user + system) / 1000 }));`;
  return {
    name,
    async run() {
      const times: { elapsed: number; cpu: number }[] = [];
      for (let i = 0; i < PROCESSES; i += 1) {
        const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', code]);
        times.push(JSON.parse(stdout));
      }
      return {
        elapsed: Math.min(...times.map(({ elapsed }) => elapsed)),
        cpu: Math.min(...times.map(({ cpu }) => cpu)),
      };
    },
  };
}

const resolve = createRequire(import.meta.url).resolve;
const importOf = (path: string) => `await import(${JSON.stringify(pathToFileURL(path).href)})`;
const requireOf = (path: string) =>
  `(await import('node:module')).createRequire(${JSON.stringify(path)})(${JSON.stringify(path)})`;

await withTemporaryFolder(async (folder) => {
  const target = join(folder, 'package');
  await buildPackage(target);
  const empty = join(folder, 'empty.mjs');
  writeFileSync(empty, 'export const nothing = 0;');
  const variants = [
    variant('an empty ES module', importOf(empty)),
    variant('confab, ES module', importOf(join(target, 'esm/index.js'))),
    variant('confab, CommonJS', requireOf(join(target, 'cjs/index.js'))),
    variant('official helper', requireOf(resolve('twilio'))),
    variant('official helper, its token file alone', requireOf(resolve('twilio/lib/jwt/AccessToken'))),
    variant('jsonwebtoken', requireOf(resolve('jsonwebtoken'))),
    variant('jose', `await import(${JSON.stringify(import.meta.resolve('jose'))})`),
    variant('fast-jwt', requireOf(resolve('fast-jwt'))),
  ];
  const measured = await interleave(variants, ['elapsed', 'cpu'], options.rounds);
  report(
    'Importing what makes tokens',
    variants.flatMap(({ name }) => [
      {
        what: name,
        unit: 'ms',
        values: valuesOf(measured, name, 'elapsed'),
        ...(name.startsWith('confab') && { goal: { atMost: 5 } }),
      },
      { what: name, unit: 'CPU ms', values: valuesOf(measured, name, 'cpu') },
    ]),
    options.json,
  );
});
