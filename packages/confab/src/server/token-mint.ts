import { createAccessToken } from '@confab/access-token';
import type { Clock } from '../clock.ts';
import { DomainError, findTokenSigner, type ReadDb } from '../domain/index.ts';
import type { DefaultSids, MintToken } from '../http/index.ts';
import type { SecretBox } from '../secrets/index.ts';

export interface TokenMintContext {
  read: ReadDb;
  secretBox: SecretBox;
  clock: Clock;
  defaultSids: () => DefaultSids;
}

/** A token for development lives an hour, as those of the official libraries (access tokens 2). */
const DEV_TOKEN_TTL = 3600;

/** Makes tokens for whoever is named: for development mode and for programs that embed the server. */
export function createTokenMint({ read, secretBox, clock, defaultSids }: TokenMintContext): MintToken {
  return async ({ identity, ttl = DEV_TOKEN_TTL, chatServiceSid }) => {
    const sids = defaultSids();
    const serviceSid = chatServiceSid ?? sids.chatServiceSid;
    const signer = await findTokenSigner(read, secretBox, { apiKey: sids.apiKey, chatServiceSid: serviceSid });
    if ('unavailable' in signer) throw new DomainError(20404, 404, signer.unavailable);
    const { accountSid, apiKey, apiSecret } = signer;
    const grants = { chat: { serviceSid } };
    const token = createAccessToken({ accountSid, apiKey, apiSecret, identity, ttl, grants, now: clock.now() });
    return { token, ttl, chatServiceSid: serviceSid };
  };
}
