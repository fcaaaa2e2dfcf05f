import { expect, it, onTestFinished } from 'vitest';
import { ConfigError, startConfab } from '../src/index.ts';

const OWN = { authToken: 'a-token-of-our-own-0123456789-abcdef', apiSecret: 'a-secret-of-our-own-0123456789-abcdef' };

it('an embedded server that other machines can reach needs secrets of its own', async () => {
  const anywhere = { host: '0.0.0.0', dev: false };
  const refused = (options: object) => startConfab({ ...anywhere, ...options }).catch((error: unknown) => error);
  const both = await refused({});
  expect(both).toBeInstanceOf(ConfigError);
  expect(both).toMatchObject({ problems: [{ setting: 'authToken' }, { setting: 'apiSecret' }] });
  expect(await refused({ authToken: OWN.authToken })).toMatchObject({ problems: [{ setting: 'apiSecret' }] });
  expect(await refused({ apiSecret: OWN.apiSecret })).toMatchObject({ problems: [{ setting: 'authToken' }] });
  // The data, too, would lie under a key that everybody knows.
  expect(await refused({ ...OWN, databaseUrl: 'postgres://confab@127.0.0.1:1/confab' })).toMatchObject({
    problems: [{ setting: 'masterKey' }],
  });

  const confab = await startConfab({ ...anywhere, ...OWN });
  onTestFinished(() => confab.stop());
  expect(confab).toMatchObject(OWN);
});

it.each(['127.0.0.2', 'localhost'])('on %s, the secrets are fixed', async (host) => {
  const confab = await startConfab({ host });
  onTestFinished(() => confab.stop());
  const headers = { authorization: `Basic ${btoa(`${confab.accountSid}:${confab.authToken}`)}` };
  expect((await fetch(`${confab.url}/v1/Services`, { headers })).status).toBe(200);
});
