import { execFile } from 'node:child_process';
import { cp, glob, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { build, transform } from 'esbuild';

const packageFolder = fileURLToPath(new URL('../', import.meta.url));
const formats = ['esm', 'cjs'] as const;
/** What runs it: the oldest with what the sources use, such as `process.getBuiltinModule`. */
const ENGINES = { node: '>=20.16' };
const TARGET = 'es2022';

interface Manifest {
  exports: Record<string, string>;
  scripts?: unknown;
  [member: string]: unknown;
}

/**
 * Writes the package as it is published into an empty `folder`: ES modules and CommonJS, each with its declarations, and a
 * manifest whose exports are those of the sources (decisions 015).
 */
export async function buildPackage(folder: URL | string): Promise<void> {
  const target = typeof folder === 'string' ? folder : fileURLToPath(folder);
  const manifest: Manifest = JSON.parse(await readFile(join(packageFolder, 'package.json'), 'utf8'));
  const entries = Object.entries(manifest.exports).map(([subpath, source]) => ({
    subpath,
    source: join(packageFolder, source),
    name: subpath === '.' ? 'index' : subpath.slice('./'.length),
  }));
  await rm(target, { recursive: true, force: true });
  await mkdir(target, { recursive: true });
  await Promise.all([writeModules(entries, target), writeDeclarations(target)]);
  await writeFile(join(target, 'cjs/package.json'), json({ type: 'commonjs' }));
  await writeFile(
    join(target, 'package.json'),
    json({
      ...manifest,
      scripts: undefined,
      engines: ENGINES,
      exports: Object.fromEntries(entries.map((entry) => [entry.subpath, conditions(entry)])),
    }),
  );
  await cp(join(packageFolder, 'README.md'), join(target, 'README.md'));
  await cp(join(packageFolder, '../../LICENSE'), join(target, 'LICENSE'));
}

interface Entry {
  subpath: string;
  source: string;
  name: string;
}

/**
 * The mint entry is one file, since each further one costs a millisecond to load. The others share their common parts, so
 * that an error of one is an instance of the same class in another.
 */
async function writeModules(entries: readonly Entry[], target: string): Promise<void> {
  const isMint = ({ subpath }: Entry) => subpath === '.';
  const groups = [entries.filter(isMint), entries.filter((entry) => !isMint(entry))];
  const bundles = await Promise.all(groups.map((group) => bundle(group, join(target, 'esm'))));
  await Promise.all(formats.map((format) => mkdir(join(target, format), { recursive: true })));
  for (const { path, text } of bundles.flat()) {
    const name = path.slice(join(target, 'esm/').length);
    await mkdir(dirname(join(target, 'cjs', name)), { recursive: true });
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
    // The bundler splits ES modules only.
    const { code } = await transform(text, { format: 'cjs', platform: 'node', target: TARGET });
    await writeFile(join(target, 'cjs', name), code);
  }
}

async function bundle(entries: readonly Entry[], outdir: string) {
  const { outputFiles } = await build({
    entryPoints: entries.map(({ source, name }) => ({ in: source, out: name })),
    outdir,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'neutral',
    target: TARGET,
    external: ['node:*'],
    write: false,
    chunkNames: 'shared-[hash]',
  });
  return outputFiles;
}

async function writeDeclarations(target: string): Promise<void> {
  const types = join(target, 'esm/types');
  const tsc = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin/tsc');
  const project = join(packageFolder, 'tsconfig.build.json');
  await promisify(execFile)(process.execPath, [tsc, '-p', project, '--outDir', types]);
  for await (const file of glob('**/*.d.ts', { cwd: types })) {
    const path = join(types, file);
    // Sources import sources; declarations have no others beside them.
    const text = (await readFile(path, 'utf8')).replaceAll(/(['"])(\.{1,2}\/[^'"]*)\.ts\1/g, '$1$2.js$1');
    await writeFile(path, text);
  }
  await cp(types, join(target, 'cjs/types'), { recursive: true });
}

/** Each format has its own copy of the declarations: TypeScript takes the format from the manifest that is nearest. */
function conditions({ source, name }: Entry): object {
  const declaration = source.slice(join(packageFolder, 'src/').length).replace(/\.ts$/, '.d.ts');
  const files = (format: string) => ({ types: `./${format}/types/${declaration}`, default: `./${format}/${name}.js` });
  return { import: files('esm'), require: files('cjs') };
}

function json(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
