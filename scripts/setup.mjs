// Installs the dependencies when they are missing or stale. `npm start` and `npm test` run it first, so that a fresh clone needs no
// other step. It runs on whatever Node is installed (18 or newer); what comes after it runs on the Node that package.json pins.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const NEEDED_NODE = 24;

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const lockFile = join(root, 'package-lock.json');
const stampFile = join(root, 'node_modules', '.confab-setup');
const pinnedNode = join(root, 'node_modules', '.bin', 'node');

const wanted = fingerprint();
if (!isInstalled(wanted)) install(wanted);

/** Whether the last installation was made from these same manifests. */
function isInstalled(fingerprint) {
  return existsSync(pinnedNode) && existsSync(stampFile) && readFileSync(stampFile, 'utf8') === fingerprint;
}

function install(fingerprint) {
  const command = existsSync(lockFile) ? 'ci' : 'install';
  console.log(`Installing dependencies (npm ${command})...`);
  // --include=dev: the pinned Node is a dev dependency, and NODE_ENV=production would leave it out.
  const npm = runNpm([command, '--include=dev', '--no-audit', '--no-fund', '--loglevel=error']);
  if (npm.status !== 0) {
    fail(
      `npm ${command} failed:\n${npm.error?.message ?? npm.output}\n`,
      'Check that npm 10 or newer is installed and that it reaches its registry, then run the same command again.',
    );
  }
  checkPinnedNode();
  writeFileSync(stampFile, fingerprint);
}

function runNpm(args) {
  // npm names itself to the scripts that it runs: the same npm, even where PATH holds another.
  const { npm_execpath: npmScript } = process.env;
  const [program, first] = npmScript ? [process.execPath, [npmScript]] : ['npm', []];
  const { status, error, stdout, stderr } = spawnSync(program, [...first, ...args], { cwd: root, encoding: 'utf8' });
  return { status, error, output: `${stdout}${stderr}`.trim() };
}

function checkPinnedNode() {
  const { stdout } = spawnSync(pinnedNode, ['--version'], { encoding: 'utf8' });
  const major = Number(/^v(\d+)\./.exec(stdout ?? '')?.[1] ?? 0);
  if (major >= NEEDED_NODE) return;
  fail(
    `Confab needs Node ${NEEDED_NODE}, and node_modules/.bin/node ${major > 0 ? `is ${stdout.trim()}` : 'does not run'}.`,
    'npm puts it there through the install script of the package "node": allow install scripts (npm config get ignore-scripts',
    'should be false) and run the same command again.',
  );
}

function fail(...lines) {
  console.error(lines.join('\n'));
  process.exit(1);
}

/** Hash of everything that decides what npm installs here. Scripts and descriptions may change without a new installation. */
function fingerprint() {
  const hash = createHash('sha256').update(`${process.platform} ${process.arch}\n`);
  if (existsSync(lockFile)) hash.update(readFileSync(lockFile));
  for (const manifest of manifests()) {
    const { scripts, description, ...installed } = JSON.parse(readFileSync(manifest, 'utf8'));
    hash.update(JSON.stringify(installed));
  }
  return hash.digest('hex');
}

function manifests() {
  const packages = join(root, 'packages');
  const workspaces = readdirSync(packages).map((name) => join(packages, name, 'package.json'));
  return [join(root, 'package.json'), ...workspaces.filter((manifest) => existsSync(manifest)).sort()];
}
