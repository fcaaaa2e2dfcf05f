import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import type { BrowserContext, Page } from 'playwright-core';
import { expect, vi } from 'vitest';
import type { Sdk } from '../support/sdk.ts';

const require = createRequire(import.meta.url);

/** Serves the app in chat.html with this release of the SDK, from an origin of its own. */
export async function serveApp({ packageName }: Sdk): Promise<{ url: string; stop(): void }> {
  const page = readFileSync(new URL('chat.html', import.meta.url));
  const sdk = readFileSync(require.resolve(`${packageName}/builds/twilio-conversations.min.js`));
  const server = createServer(({ url }, response) => {
    if (url === '/sdk.js') response.setHeader('Content-Type', 'text/javascript').end(sdk);
    else response.setHeader('Content-Type', 'text/html').end(page);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop() {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** One tab of somebody's browser, with the app in it. */
export interface Tab {
  readonly page: Page;
  /** What went wrong in the page and was caught by nobody. */
  readonly errors: readonly string[];
  /** Waits until the element shows exactly this. */
  shows(selector: string, text: string): Promise<void>;
  /** Waits until these are the messages, in this order: `author: body`. */
  hasMessages(...messages: string[]): Promise<void>;
}

export async function openTab(
  context: BrowserContext,
  app: string,
  { identity, token, socketUrl }: { identity: string; token: string; socketUrl: string },
): Promise<Tab> {
  const page = await context.newPage();
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  await page.goto(app);
  await page.evaluate(`start(${[identity, token, socketUrl].map((text) => JSON.stringify(text)).join()})`);
  const equals = (read: () => Promise<unknown>, value: unknown) =>
    vi.waitFor(async () => expect(await read()).toEqual(value), { timeout: 20_000, interval: 50 });
  return {
    page,
    errors,
    shows: (selector, text) => equals(() => page.textContent(selector), text),
    hasMessages: (...messages) =>
      equals(
        () =>
          page.locator('li').evaluateAll((items) =>
            items.map((item) =>
              [...item.children]
                .slice(0, 2)
                .map((e) => e.textContent)
                .join(': '),
            ),
          ),
        messages,
      ),
  };
}
