import type { SecretBox } from '../../secrets/index.ts';
import type { Store, WriteDb } from '../../store/seam.ts';
import { sealedSecretsOf } from '../credential/secrets.ts';

/** Rows in one transaction: others write in between. */
const CHUNK = 200;

/**
 * Seals anew, under the present master key, every secret that another accepted one has sealed, a chunk at a time, and at last the check
 * value. Safe to stop and to run again, on several nodes at once, and beside nodes that still seal with the other key: what those seal
 * meanwhile is for the next run. Resolves with the number of rows.
 */
export async function resealSecrets(store: Store, secretBox: SecretBox): Promise<number> {
  const resealed =
    (await resealAccounts(store, secretBox)) +
    (await resealKeys(store, secretBox)) +
    (await resealCredentials(store, secretBox));
  await store.write(({ db }) =>
    db.updateTable('meta').set({ value: secretBox.keyCheck() }).where('key', '=', 'master_key_check').execute(),
  );
  return resealed;
}

function resealAccounts(store: Store, secretBox: SecretBox): Promise<number> {
  return inChunks(store, async (db, after) => {
    const rows = await db
      .selectFrom('accounts')
      .select(['id', 'sid', 'auth_token', 'secondary_auth_token'])
      .where('id', '>', after)
      .orderBy('id')
      .limit(CHUNK)
      .execute();
    let resealed = 0;
    for (const { id, sid, auth_token, secondary_auth_token } of rows) {
      if ([auth_token, secondary_auth_token].every((sealed) => sealed === null || secretBox.isCurrent(sealed)))
        continue;
      const done = await db
        .updateTable('accounts')
        .set({
          auth_token: reseal(secretBox, auth_token, sid),
          secondary_auth_token: secondary_auth_token === null ? null : reseal(secretBox, secondary_auth_token, sid),
        })
        .where('id', '=', id)
        // Changed since it was read, it is left to the next run.
        .where('auth_token', '=', auth_token)
        .where('secondary_auth_token', secondary_auth_token === null ? 'is' : '=', secondary_auth_token)
        .returning('id')
        .executeTakeFirst();
      if (done !== undefined) resealed += 1;
    }
    return { last: rows.at(-1)?.id, resealed };
  });
}

function resealKeys(store: Store, secretBox: SecretBox): Promise<number> {
  return inChunks(store, async (db, after) => {
    const rows = await db
      .selectFrom('api_keys')
      .select(['id', 'sid', 'secret', 'previous_secret'])
      .where('id', '>', after)
      .orderBy('id')
      .limit(CHUNK)
      .execute();
    let resealed = 0;
    for (const { id, sid, secret, previous_secret } of rows) {
      if ([secret, previous_secret].every((sealed) => sealed === null || secretBox.isCurrent(sealed))) continue;
      const done = await db
        .updateTable('api_keys')
        .set({
          secret: reseal(secretBox, secret, sid),
          previous_secret: previous_secret === null ? null : reseal(secretBox, previous_secret, sid),
        })
        .where('id', '=', id)
        .where('secret', '=', secret)
        .where('previous_secret', previous_secret === null ? 'is' : '=', previous_secret)
        .returning('id')
        .executeTakeFirst();
      if (done !== undefined) resealed += 1;
    }
    return { last: rows.at(-1)?.id, resealed };
  });
}

/** Push credentials. */
function resealCredentials(store: Store, secretBox: SecretBox): Promise<number> {
  return inChunks(store, async (db, after) => {
    const rows = await db
      .selectFrom('credentials')
      .selectAll()
      .where('id', '>', after)
      .orderBy('id')
      .limit(CHUNK)
      .execute();
    let resealed = 0;
    for (const row of rows) {
      const secrets = sealedSecretsOf(row);
      if (secrets.every(([, sealed]) => secretBox.isCurrent(sealed))) continue;
      let update = db
        .updateTable('credentials')
        .set(Object.fromEntries(secrets.map(([name, sealed]) => [name, reseal(secretBox, sealed, row.sid)])))
        .where('id', '=', row.id);
      for (const [name, sealed] of secrets) update = update.where(name, '=', sealed);
      if ((await update.returning('id').executeTakeFirst()) !== undefined) resealed += 1;
    }
    return { last: rows.at(-1)?.id, resealed };
  });
}

async function inChunks(
  store: Store,
  chunk: (db: WriteDb, after: number) => Promise<{ last: number | undefined; resealed: number }>,
): Promise<number> {
  let total = 0;
  for (let after: number | undefined = 0; after !== undefined; ) {
    const from: number = after;
    const { last, resealed } = await store.write(({ db }) => chunk(db, from));
    total += resealed;
    after = last;
  }
  return total;
}

function reseal(secretBox: SecretBox, sealed: string, sid: string): string {
  return secretBox.isCurrent(sealed) ? sealed : secretBox.seal(secretBox.open(sealed, sid), sid);
}
