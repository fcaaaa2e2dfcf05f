import type { SecretBox } from '../../secrets/index.ts';
import type { ReadDb } from '../../store/seam.ts';
import type { AccountActor } from '../actor.ts';
import { notFound } from '../errors.ts';
import { FirstStartError, requireMasterKey } from './first-start.ts';

/**
 * The operator at the command line, acting for an account: the first one, or that with this SID, suspended or not. Who can read the data
 * and the master key may do anything with it. Throws DomainError
 * (20404), and FirstStartError when the database is empty or was made with another master key: what that one sealed could not be used.
 */
export async function operatorOf(read: ReadDb, secretBox: SecretBox, accountSid?: string): Promise<AccountActor> {
  const check = await read.selectFrom('meta').select('value').where('key', '=', 'master_key_check').executeTakeFirst();
  if (check === undefined) throw new FirstStartError('The database is empty: there is no account in it.');
  requireMasterKey(check.value, secretBox);
  const accounts = read.selectFrom('accounts').select(['id', 'sid', 'default_service_id']).orderBy('id').limit(1);
  const account = await (accountSid === undefined
    ? accounts
    : accounts.where('sid', '=', accountSid)
  ).executeTakeFirst();
  if (account === undefined) throw notFound(`Accounts/${accountSid ?? ''}`);
  return { kind: 'account', account, credentialSid: 'cli', main: true };
}
