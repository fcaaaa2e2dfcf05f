import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { launchChromium, needsChromium } from '../../../../test-support/chromium.ts';
import { bundleSuite } from './bundle.ts';
import { type CaseResult, runSuite } from './suite.ts';
import { runInWorkerd } from './workerd.ts';

/** Every case ran, and none failed. */
function expectAllPassed(results: unknown): void {
  expect(results).toEqual(allPassed);
}

const allPassed: CaseResult[] = (await runSuite({ synchronous: true })).map(({ name }) => ({ name }));

describe('the same suite passes', () => {
  test('in Node', async () => {
    expectAllPassed(await runSuite({ synchronous: true }));
    expect(allPassed.length).toBeGreaterThan(5);
  });

  test('in Node without its built-in modules', async () => {
    const bundle = await bundleSuite('console.log(JSON.stringify(await runSuite({ synchronous: false })));', 'esm');
    const code = `process.getBuiltinModule = undefined;\n${bundle}`;
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', code]);
    expectAllPassed(JSON.parse(stdout));
  });

  test.each([
    ['in a worker', [], false],
    ['in a worker with Node compatibility', ['nodejs_compat'], true],
  ])('%s', async (_name, flags, synchronous) => {
    const code = `export default { async fetch() { return Response.json(await runSuite({ synchronous: ${synchronous} })); } };`;
    expectAllPassed(await runInWorkerd(await bundleSuite(code, 'esm'), flags));
  });

  test('in Chromium', needsChromium, async () => {
    const bundle = await bundleSuite('globalThis.results = runSuite({ synchronous: false });', 'iife');
    const browser = await launchChromium();
    try {
      const page = await browser.newPage();
      // Browsers have WebCrypto in secure contexts only; nothing goes over the network.
      await page.route('**/*', (route) => route.fulfill({ contentType: 'text/html', body: '<!doctype html>' }));
      await page.goto('https://suite.example/');
      await page.addScriptTag({ content: bundle });
      expectAllPassed(await page.evaluate('results'));
    } finally {
      await browser.close();
    }
  });
});
