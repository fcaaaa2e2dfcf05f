import { dirname } from 'node:path';
import { expect, test } from 'vitest';
import { createSecretBox, loadMasterKey } from '../../src/secrets/index.ts';
import { startTestServer, statusOf } from './support.ts';
import { tokenMaker } from './tokens.ts';

const server = await startTestServer();
const SECOND_KEY = { sid: `SK${'2'.repeat(32)}`, secret: 'the-secret-of-the-second-key-0123456789' };

/** Keys cannot be made over REST yet, so the second one is put beside the first. */
function addSecondKey(): void {
  const file = String(server.sql('PRAGMA database_list')[0]?.file);
  const masterKey = loadMasterKey(dirname(file));
  if (masterKey === undefined) throw new Error('There is no master key.');
  server.sql(
    `INSERT INTO api_keys (sid, account_id, kind, friendly_name, secret, created_at, updated_at)
     SELECT ?, account_id, 'standard', 'second', ?, created_at, updated_at FROM api_keys LIMIT 1 RETURNING id`,
    SECOND_KEY.sid,
    createSecretBox(masterKey).seal(SECOND_KEY.secret, SECOND_KEY.sid),
  );
}

test('a session stands under the key of the token that it was renewed with', async () => {
  addSecondKey();
  const now = () => Math.floor(Date.now() / 1000);
  const client = await server.login('alice');
  const token = tokenMaker({ ...server, apiKey: SECOND_KEY.sid, apiSecret: SECOND_KEY.secret }, now)('alice');
  expect(statusOf((await client.exchange({ method: 'update', token })).header)).toBe(200);

  const { body } = await server.rest('GET', `/confab/v1/Sessions?ApiKeySid=${SECOND_KEY.sid}`);
  expect(body).toMatchObject({ total: 1 });
  expect((await server.rest('DELETE', `/v1/Keys/${SECOND_KEY.sid}`)).status).toBe(204);
  await client.closed;
});
