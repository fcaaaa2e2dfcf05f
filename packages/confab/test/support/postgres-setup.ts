import type { TestProject } from 'vitest/node';
import { isRequired } from '../../../../test-support/requirement.ts';
import { startPostgres } from './postgres-server.ts';

/** One server for the whole run; `createDatabase` gives each test a database of its own in it. */
export async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  const server = await startPostgres().catch((error: unknown) => ({ broken: String(error) }));
  if ('url' in server) {
    project.provide('postgres', { url: server.url });
    return server.stop;
  }
  if ('missing' in server && isRequired('postgresql')) {
    project.provide('postgres', { broken: `${server.missing}, and CONFAB_REQUIRE asks for postgresql` });
  } else {
    project.provide('postgres', server);
  }
  return undefined;
}
