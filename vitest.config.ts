import { defineConfig } from 'vitest/config';

/** The official SDKs leave promises of their own to nobody when their connection ends: that is no fault of a test. */
const OF_AN_SDK = /\/(?:twilsock|twilio-sync)\/builds\//;
const CUT_OFF = /Connection is not initialized|^disconnected\b/;

export default defineConfig({
  test: {
    environment: 'node',
    include: [
      'packages/*/src/**/*.test.ts',
      'packages/*/test/**/*.test.ts',
      'conformance/**/*.test.ts',
      'scripts/**/*.test.ts',
    ],
    exclude: ['**/node_modules/**', '**/dist/**'],
    globalSetup: ['packages/confab/test/support/postgres-setup.ts', 'conformance/console/build-setup.ts'],
    // Processes, not threads: a test may end a connection, a signal or a whole server without touching its neighbours.
    pool: 'forks',
    maxWorkers: 2,
    // Generous: they catch what hangs, not what is slow on a busy machine.
    testTimeout: 20_000,
    hookTimeout: 60_000,
    onUnhandledError: ({ message, stack = '' }) => (CUT_OFF.test(message) && OF_AN_SDK.test(stack) ? false : undefined),
    expect: { poll: { timeout: 15_000 } },
  },
});
