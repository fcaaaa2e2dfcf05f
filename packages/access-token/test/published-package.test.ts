import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompressSync } from 'node:zlib';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildPackage } from '../scripts/build-package.ts';
import { accountSid, apiKey, apiSecret, serviceSid } from '../src/test-support/values.ts';

const run = promisify(execFile);
const NAME = '@confab/access-token';
let app = '';
let packageFolder = '';

/** An app that has the package as npm would put it there, and nothing else. */
beforeAll(async () => {
  app = await mkdtemp(join(tmpdir(), 'confab-package-'));
  packageFolder = join(app, 'node_modules', NAME);
  await buildPackage(packageFolder);
});
afterAll(() => rm(app, { recursive: true, force: true }));

async function runInApp(file: string, code: string): Promise<string> {
  await writeFile(join(app, file), code);
  const env = {
    TWILIO_ACCOUNT_SID: accountSid,
    TWILIO_API_KEY: apiKey,
    TWILIO_API_SECRET: apiSecret,
    TWILIO_CHAT_SERVICE_SID: serviceSid,
  };
  return (await run(process.execPath, [join(app, file)], { env })).stdout.trim();
}

/** The guide's sample, as it is but for its first line. */
const sample = `const ChatGrant = AccessToken.ChatGrant;

// Used when generating any kind of tokens
// To set up environmental variables, see http://twil.io/secure
const twilioAccountSid = process.env.TWILIO_ACCOUNT_SID;
const twilioApiKey = process.env.TWILIO_API_KEY;
const twilioApiSecret = process.env.TWILIO_API_SECRET;

// Used specifically for creating Chat tokens
const serviceSid = process.env.TWILIO_CHAT_SERVICE_SID;
const identity = 'user@example.com';

// Create a "grant" which enables a client to use Chat as a given user,
// on a given device
const chatGrant = new ChatGrant({
  serviceSid: serviceSid,
});

// Create an access token which we will sign and return to the client,
// containing the grant we just created
const token = new AccessToken(
  twilioAccountSid,
  twilioApiKey,
  twilioApiSecret,
  {identity: identity}
);

token.addGrant(chatGrant);

// Serialize the token to a JWT string
console.log(token.toJwt());
`;

async function verdictOf(token: string): Promise<string> {
  const code = `import { inspectToken } from '${NAME}/inspect';
import { verifyAccessToken } from '${NAME}/verify';
const key = { accountSid: '${accountSid}', accountStatus: 'active', kind: 'main', secrets: ['${apiSecret}'] };
const { identity } = await verifyAccessToken('${token}', { now: Date.now(), findKey: () => key });
console.log(identity, (await inspectToken('${token}', { secret: '${apiSecret}' })).verdict);`;
  return runInApp('verify.mjs', code);
}

test("the guide's sample runs from CommonJS and from an ES module", async () => {
  const tokens = [
    await runInApp('sample.cjs', `const { AccessToken } = require('${NAME}');\n${sample}`),
    await runInApp('sample.mjs', `import { AccessToken } from '${NAME}';\n${sample}`),
  ];
  for (const token of tokens) expect(await verdictOf(token)).toBe('user@example.com accepted');
});

test('every subpath has the same names in both formats', async () => {
  const { exports } = JSON.parse(await readFile(join(packageFolder, 'package.json'), 'utf8'));
  const specifiers = Object.keys(exports).map((subpath) => join(NAME, subpath));
  const list = 'Object.keys(entry).filter((name) => !/^(default|module.exports)$/.test(name)).sort().join()';
  const code = (load: string) =>
    specifiers.map((name) => `{ const entry = ${load}('${name}'); console.log(${list}); }`);
  const names = await runInApp('names.cjs', code('require').join('\n'));
  expect(await runInApp('names.mjs', code('await import').join('\n'))).toBe(names);
  expect(names.split('\n').every((line) => line !== '')).toBe(true);
  expect(Object.keys(exports)).toEqual(expect.arrayContaining(['.', './verify', './inspect', './handler']));
});

const consumer = `import { AccessToken, AccessTokenError, createAccessToken } from '${NAME}';
import { describeInspection, inspectToken } from '${NAME}/inspect';
import { type AccessTokenClaims, verifyAccessToken } from '${NAME}/verify';

const grant: AccessToken.ChatGrant = new AccessToken.ChatGrant({ serviceSid: 'IS' });
const token = new AccessToken('AC', 'SK', 'secret', { identity: 'ada', ttl: 60 });
token.addGrant(grant);
const text: string = token.toJwt();
export const later: Promise<string> = token.toJwtAsync();
export const plain: string = createAccessToken({ accountSid: 'AC', apiKey: 'SK', apiSecret: 's', identity: 'ada', grants: { chat: grant.serviceSid === undefined ? undefined : { serviceSid: grant.serviceSid } } });
export const claims: Promise<AccessTokenClaims> = verifyAccessToken(text, { now: 0, findKey: () => undefined });
export const words: Promise<string> = inspectToken(text).then(describeInspection);
export const code: string = new AccessTokenError('invalid_ttl', 'ttl', '').code;
// @ts-expect-error ttl is a number
createAccessToken({ accountSid: 'AC', apiKey: 'SK', apiSecret: 's', identity: 'ada', grants: {}, ttl: '60' });
`;

test('its types serve both formats, without anything else installed', async () => {
  await writeFile(join(app, 'consumer.mts'), consumer);
  await writeFile(join(app, 'consumer.cts'), consumer);
  const compilerOptions = {
    target: 'es2022',
    lib: ['es2022', 'dom'],
    module: 'nodenext',
    types: [],
    strict: true,
    exactOptionalPropertyTypes: true,
    noEmit: true,
  };
  await writeFile(
    join(app, 'tsconfig.json'),
    JSON.stringify({ compilerOptions, files: ['consumer.mts', 'consumer.cts'] }),
  );
  const tsc = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin/tsc');
  const result = await run(process.execPath, [tsc, '-p', app]).catch((error: { stdout: string }) => error);
  expect(result.stdout).toBe('');
});

test('the mint entry is at most 4 kB minified and compressed, and needs nothing', async () => {
  const { outputFiles, metafile } = await build({
    entryPoints: [join(packageFolder, 'esm/index.js')],
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    platform: 'neutral',
    metafile: true,
    outdir: app,
  });
  expect(brotliCompressSync(outputFiles[0]?.contents ?? '').length).toBeLessThanOrEqual(4000);
  const inputs = Object.values(metafile.inputs);
  expect(inputs.flatMap(({ imports }) => imports.filter(({ external }) => external))).toEqual([]);
  const manifest = JSON.parse(await readFile(join(packageFolder, 'package.json'), 'utf8'));
  for (const kind of ['dependencies', 'peerDependencies', 'optionalDependencies'])
    expect(manifest).not.toHaveProperty(kind);
});
