import { randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import {
  createCredential,
  listAuditLog,
  reissueSecrets,
  resealSecrets,
  updateCredential,
} from '../../src/domain/index.ts';
import { createSecretBox, rotatingSecretBox, SecretBoxError } from '../../src/secrets/index.ts';
import { domainOver, emptyDatabase, onEachEngine, openTestStore } from '../support/store.ts';

onEachEngine('push credentials under another master key', (engine) => {
  const oldKey = randomBytes(32);
  const newKey = randomBytes(32);

  /** An Apple credential and one without secrets, sealed with the old key. */
  async function setUp() {
    const store = await openTestStore(await emptyDatabase(engine));
    const { execute, account } = await domainOver(store);
    const secretBox = createSecretBox(oldKey);
    const secrets = { certificate: 'a certificate', private_key: 'a private key' };
    const { sid } = await execute(createCredential, account, { secretBox, type: 'apn', secrets });
    await execute(createCredential, account, { secretBox, type: 'fcm', secrets: {} });
    const row = () => store.read.selectFrom('credentials').selectAll().where('sid', '=', sid).executeTakeFirstOrThrow();
    return { store, execute, account, sid, row };
  }

  it('are sealed anew with all other secrets, so that the old key can be taken away', async () => {
    const { store, sid, row } = await setUp();
    await reissueSecrets(store, createSecretBox(oldKey), 0);
    const both = rotatingSecretBox(newKey, oldKey);
    // The account, its first key, the credential.
    expect(await resealSecrets(store, both)).toBe(3);
    expect(await resealSecrets(store, both)).toBe(0);
    const { certificate, private_key, api_key, secret } = await row();
    const box = createSecretBox(newKey);
    expect([certificate, private_key].map((sealed) => box.open(sealed ?? '', sid))).toEqual([
      'a certificate',
      'a private key',
    ]);
    expect([api_key, secret]).toEqual([null, null]);
  });

  it('lose the secrets that were sealed with a lost key, and only those, and the audit log tells which', async () => {
    const { store, execute, account, sid, row } = await setUp();
    const secretBox = createSecretBox(newKey);
    const given = { credentialSid: sid, secrets: { certificate: 'given since' } };
    await execute(updateCredential, account, { secretBox, ...given });
    await reissueSecrets(store, secretBox, 1);
    const { certificate, private_key } = await row();
    expect([secretBox.open(certificate ?? '', sid), private_key]).toEqual(['given since', null]);
    const entries = await listAuditLog(
      store.read,
      account.account.sid,
      { action: 'credential.secrets_lost' },
      { order: 'asc', from: undefined, limit: 10 },
    );
    expect(entries).toMatchObject([{ actor: 'cli', subject_sid: sid, after: '{"lost":["private_key"]}' }]);
    expect(() => createSecretBox(oldKey).open(certificate ?? '', sid)).toThrow(SecretBoxError);
  });
});
