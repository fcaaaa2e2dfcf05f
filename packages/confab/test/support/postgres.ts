import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { inject, type SuiteOptions } from 'vitest';

declare module 'vitest' {
  interface ProvidedContext {
    /** `missing`: tests that need a server are skipped. `broken`: they fail. */
    postgres: { url: string } | { missing: string } | { broken: string };
  }
}

const server = inject('postgres');

/**
 * Options for a suite or test that needs PostgreSQL: it is skipped, with the reason, where there is no server.
 * `describe('store on PostgreSQL', needsPostgres, () => { … })`
 */
export const needsPostgres: SuiteOptions =
  'missing' in server ? { skip: true, meta: { skipReason: server.missing } } : {};

export interface TestDatabase {
  url: string;
  /** Ends the connections that are still open, then removes the database. */
  drop(): Promise<void>;
}

/** Makes an empty database of its own for one test or suite. Throws with the reason when there is no server. */
export async function createDatabase(): Promise<TestDatabase> {
  const name = `confab_test_${randomBytes(8).toString('hex')}`;
  await administer(`create database ${name}`);
  const url = new URL(serverUrl());
  url.pathname = name;
  return { url: url.href, drop: () => administer(`drop database ${name} with (force)`) };
}

function serverUrl(): string {
  if ('url' in server) return server.url;
  throw new Error('missing' in server ? server.missing : server.broken);
}

async function administer(statement: string): Promise<void> {
  const client = new Client({ connectionString: serverUrl() });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
