import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { resolveConfig } from '../../packages/confab/src/config/index.ts';
import { startServer } from '../../packages/confab/src/server/start-server.ts';

/** A server as `startConfab` makes it, with a hand in its store: for what nothing outside can bring about yet. */
export async function startWithStore() {
  const dataDir = await mkdtemp(join(tmpdir(), 'confab-conformance-'));
  const server = await startServer(resolveConfig({ port: 0, dataDir, logLevel: 'silent' }));
  const { accountSid, apiKeySid: apiKey, chatServiceSid, secrets } = server.credentials;
  if (secrets === undefined) throw new Error('The database was not new.');
  return {
    url: server.url,
    store: server.store,
    accountSid,
    apiKey,
    chatServiceSid,
    ...secrets,
    async stop() {
      await server.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
