import type { SecretBox } from '../../secrets/index.ts';
import type { ReadDb } from '../../store/seam.ts';
import { findService } from '../service/queries.ts';
import { findApiKey } from './queries.ts';

/** What an Access Token is made with. */
export interface TokenSigner {
  accountSid: string;
  apiKey: string;
  apiSecret: string;
  chatServiceSid: string;
}

/**
 * The key, if tokens that it signs for the service would be accepted now (access tokens 2 and 4); else why not, in words that name no
 * secret.
 */
export async function findTokenSigner(
  read: ReadDb,
  secretBox: SecretBox,
  { apiKey, chatServiceSid }: Pick<TokenSigner, 'apiKey' | 'chatServiceSid'>,
): Promise<TokenSigner | { unavailable: string }> {
  const key = await findApiKey(read, apiKey);
  if (key === undefined) return { unavailable: `There is no API key ${apiKey}.` };
  if (key.revoked_at !== null) return { unavailable: `The API key ${apiKey} is revoked.` };
  if (key.kind === 'restricted')
    return { unavailable: `The API key ${apiKey} is Restricted; only others sign tokens.` };
  if (key.account_status !== 'active') return { unavailable: `The account ${key.account_sid} is not active.` };
  const service = await findService(read, key.account_id, chatServiceSid);
  if (service === undefined) return { unavailable: `The account has no service ${chatServiceSid}.` };
  return {
    accountSid: key.account_sid,
    apiKey: key.sid,
    apiSecret: secretBox.open(key.secret, key.sid),
    chatServiceSid: service.sid,
  };
}
