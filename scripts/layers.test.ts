import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');

const domain = 'packages/confab/src/domain/message';
const api = 'packages/confab/src/api';
const realtime = 'packages/confab/src/realtime';

const callers = 'The domain knows nothing of what calls it.';
const sockets = 'The domain knows nothing of HTTP or sockets.';
const configuration = 'The domain is given its configuration: import types only.';
const seam = 'The domain reaches the store through store/seam.ts.';
const separate = 'api and realtime never import each other; what both need belongs to the domain.';
const environment = 'Only src/config reads the environment.';
const processEnv = `Don't use process.env.`;

interface Case {
  folder: string;
  line: string;
  test?: true;
  refused?: string;
}

const cases: Case[] = [
  { folder: domain, line: `export { reply } from '../../api/index.ts';`, refused: callers },
  { folder: domain, line: `export type { Reply } from '../../api/reply.ts';`, refused: callers },
  { folder: domain, line: `import '../../realtime/push.ts';`, refused: callers },
  { folder: domain, line: `export const cli = await import('../../cli/index.ts');`, refused: callers },
  { folder: domain, line: `import '../../console/page.ts';`, refused: callers },
  { folder: 'packages/confab/src/domain', line: `import '../api/index.ts';`, refused: callers },
  { folder: domain, line: `export { WebSocketServer } from 'ws';`, refused: sockets },
  { folder: domain, line: `export { loadConfig } from '../../config/index.ts';`, refused: configuration },
  { folder: domain, line: `export type { Row } from '../../store/schema.ts';`, refused: seam },
  { folder: domain, line: `export { openStore } from '../../store/index.ts';`, refused: seam },
  { folder: domain, line: `export * from '../../store/index.ts';`, refused: seam },
  { folder: domain, line: `export const store = await import('../../store/open-store.ts');`, refused: seam },
  { folder: api, line: `import '../realtime/frame.ts';`, refused: separate },
  { folder: realtime, line: `export type { Page } from '../api/page.ts';`, refused: separate },
  ...[domain, api, realtime, 'packages/confab/src', 'packages/access-token/src'].flatMap((folder) => [
    { folder, line: `export { env } from 'node:process';`, refused: environment },
    { folder, line: 'export const port = process.env.PORT;', refused: processEnv },
  ]),
  { folder: domain, line: `export type { Transaction } from '../../store/seam.ts';` },
  { folder: domain, line: `export type { Limits } from '../../config/index.ts';` },
  { folder: domain, line: `export { mayRead } from '../role/permissions.ts';` },
  { folder: domain, line: `export { openStore } from '../../store/open-store.ts';`, test: true },
  { folder: api, line: `export { sendMessage } from '../domain/message/index.ts';` },
  { folder: realtime, line: `export { sendMessage } from '../domain/message/index.ts';` },
  { folder: 'packages/confab/src/config', line: 'export const port = process.env.PORT;' },
];

describe('the layer rules in biome.json', () => {
  let checkout: string;
  const pathOf = (index: number) => `${cases[index]?.folder}/case-${index}${cases[index]?.test ? '.test' : ''}.ts`;
  let findings: { message: string; location: { path: string } }[];

  beforeAll(() => {
    checkout = mkdtempSync(join(tmpdir(), 'confab-layers-'));
    for (const file of ['biome.json', '.gitignore']) copyFileSync(join(root, file), join(checkout, file));
    for (const [index, { folder, line }] of cases.entries()) {
      mkdirSync(join(checkout, folder), { recursive: true });
      writeFileSync(join(checkout, pathOf(index)), `${line}\n`);
    }
    const biome = join(root, 'node_modules/.bin/biome');
    const options = ['--max-diagnostics=none', '--reporter=json'];
    const { stdout } = spawnSync(biome, ['lint', ...options, '.'], { cwd: checkout, encoding: 'utf8' });
    findings = JSON.parse(stdout).diagnostics;
  });

  afterAll(() => rmSync(checkout, { recursive: true }));

  it.each(cases.map((entry, index) => ({ ...entry, index, verdict: entry.refused ? 'refuse' : 'accept' })))(
    '$verdict in $folder: $line',
    ({ index, refused }) => {
      const messages = findings.filter(({ location }) => location.path === pathOf(index)).map(({ message }) => message);
      expect(messages).toEqual(refused ? [refused] : []);
    },
  );
});
