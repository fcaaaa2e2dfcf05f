import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OPERATIONS } from '../src/api/index.ts';
import { type Answer, type RestServer, startRestServer } from './support/rest-server.ts';

let server: RestServer;
beforeAll(async () => {
  server = await startRestServer();
});
afterAll(() => server.stop());

/** Asks with the first key, made a Restricted one with this policy. */
async function askAllowed(allow: readonly string[], method: string, path: string): Promise<Answer> {
  await server.store.write(({ db }) =>
    db
      .updateTable('api_keys')
      .set({ kind: 'restricted', policy: JSON.stringify({ allow }) })
      .execute(),
  );
  const authorization = `Basic ${Buffer.from(`${server.apiKey}:${server.apiSecret}`).toString('base64')}`;
  return server.send(path, { method, headers: { authorization }, ...(method === 'POST' && { form: {} }) });
}

/** Nothing has these SIDs: what is not refused before it is looked up is not found, or is a bad request. */
const routes = OPERATIONS.flatMap((operation) =>
  operation.forms.map((form) => {
    const service = form === 'service' ? `/Services/${'IS'.padEnd(34, '0')}` : '';
    const path = operation.path.replaceAll(/\{\w+\}/g, `XX${'0'.repeat(32)}`);
    return [`${operation.method} ${operation.root}${service}${path}`, operation] as const;
  }),
);

const missing = (permission: string) => ({
  status: 401,
  json: {
    code: 70051,
    message: `Authorization Error: required permission confab/${permission} is missing`,
    details: { permission: `/confab/${permission}` },
  },
});

describe('a Restricted key', () => {
  it.each(routes)('%s is for those whose policy lists it', async (name, { permission }) => {
    const [method = '', path = ''] = name.split(' ');
    const others = OPERATIONS.map((one) => one.permission).filter((one) => one !== permission);
    const refused = [`/twilio/messaging/${permission}`, ...others.map((one) => `/confab/${one}`)];
    expect(await askAllowed(refused, method, path)).toMatchObject(missing(permission));
    expect(await askAllowed([`/confab/${permission}`], method, path)).not.toMatchObject({ json: { code: 70051 } });
  });

  it('does what its policy lists', async () => {
    expect(await askAllowed(['/confab/services/list'], 'GET', '/v1/Services')).toMatchObject({ status: 200 });
    expect(await askAllowed(['/confab/services/*'], 'GET', '/v1/Services')).toMatchObject({ status: 200 });
    expect(await askAllowed(['/confab/metrics/read'], 'GET', '/metrics')).toMatchObject({ status: 200 });
    expect(await askAllowed(['/confab/services/list'], 'GET', '/metrics')).toMatchObject(missing('metrics/read'));
  });

  it.each(['/v1/Keys?AccountSid=AC00000000000000000000000000000000', '/2010-04-01/Accounts/x/Keys.json'])(
    'reaches neither accounts nor keys, whatever its policy lists: %s',
    async (path) => {
      const all = OPERATIONS.map((one) => `/confab/${one.permission}`);
      expect(await askAllowed(all, 'GET', path)).toMatchObject({ status: 401, json: { code: 20003 } });
    },
  );

  it('with a policy that cannot be read does nothing', async () => {
    await server.store.write(({ db }) =>
      db.updateTable('api_keys').set({ kind: 'restricted', policy: null }).execute(),
    );
    const authorization = `Basic ${Buffer.from(`${server.apiKey}:${server.apiSecret}`).toString('base64')}`;
    expect(await server.send('/v1/Services', { headers: { authorization } })).toMatchObject(missing('services/list'));
  });
});
