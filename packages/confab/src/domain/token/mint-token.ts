import { AccessTokenError, createAccessToken } from '@confab/access-token';
import type { SecretBox } from '../../secrets/index.ts';
import { appendAccountEvent } from '../account/append-account-event.ts';
import { requireAccount } from '../account/require-main.ts';
import type { AccountActor, ServiceRef } from '../actor.ts';
import { findApiKey, listApiKeys } from '../api-key/queries.ts';
import { findTokenSigner } from '../api-key/token-signer.ts';
import { recordAudit } from '../audit/record-audit.ts';
import type { Command, PrepareContext } from '../command.ts';
import { invalidParameter, refusals } from '../errors.ts';

export interface MintTokenInput {
  secretBox: SecretBox;
  service: ServiceRef;
  identity: string;
  /** Seconds, an hour when absent. */
  ttl?: number | undefined;
  /** The key that signs; whoever has no Main credentials can name their own only. */
  apiKeySid?: string | undefined;
}

interface Plan extends MintTokenInput {
  ttl: number;
  apiKeySid: string;
}

export interface MintedAccessToken {
  token: string;
  identity: string;
  apiKeySid: string;
  ttl: number;
}

/** As long as those of the official libraries (access tokens 2). */
const DEFAULT_TTL = 3600;

/** Keys that are looked through for one that signs. */
const KEYS_LOOKED_AT = 1000;

/**
 * An Access Token with a chat grant, for any identity. A key that signs tokens could make it without this server; Main credentials could
 * make a key that does. So either may ask for it, and a Restricted key, which signs none, may not. It is audited, without the token.
 * Refuses (20001) an identity or TTL that no token can be made of, and a key that signs none.
 */
export const mintToken: Command<MintTokenInput, Plan, MintedAccessToken> = {
  name: 'mintToken',
  async prepare(context, input) {
    const actor = requireAccount(context.actor);
    const { ttl = DEFAULT_TTL, apiKeySid = await usualSigner(context, actor) } = input;
    if (!actor.main && apiKeySid !== actor.credentialSid) throw refusals.notAllowed();
    return { ...input, ttl, apiKeySid };
  },
  async transact(context, { secretBox, service, identity, ttl, apiKeySid }) {
    const actor = requireAccount(context.actor);
    const key = await findApiKey(context.db, apiKeySid);
    // Nothing is told of the keys of other accounts.
    if (key?.account_id !== actor.account.id) throw invalidParameter(`There is no API key ${apiKeySid}.`, 'ApiKeySid');
    const signer = await findTokenSigner(context.db, secretBox, { apiKey: apiKeySid, chatServiceSid: service.sid });
    if ('unavailable' in signer) throw invalidParameter(signer.unavailable, 'ApiKeySid');
    const { accountSid, apiKey, apiSecret } = signer;
    const grants = { chat: { serviceSid: service.sid } };
    const token = refusing(() =>
      createAccessToken({ accountSid, apiKey, apiSecret, identity, ttl, grants, now: context.now }),
    );
    const after = { identity, ttl, chat_service_sid: service.sid };
    await recordAudit(context, { action: 'token.minted', subjectSid: apiKeySid, after });
    await appendAccountEvent(context, 'token.minted', { sid: apiKeySid, ...after, credential: actor.credentialSid });
    return { token, identity, apiKeySid, ttl };
  },
};

/** The caller's own key; for the auth token, the first of the account that signs. */
async function usualSigner({ read }: PrepareContext, { account, credentialSid }: AccountActor): Promise<string> {
  if (credentialSid.startsWith('SK')) return credentialSid;
  const keys = await listApiKeys(read, account.id, { order: 'asc', limit: KEYS_LOOKED_AT });
  const signer = keys.find(({ kind }) => kind !== 'restricted');
  if (signer === undefined) {
    throw invalidParameter('The account has no API key that signs tokens: create a Standard one.', 'ApiKeySid');
  }
  return signer.sid;
}

function refusing(mint: () => string): string {
  try {
    return mint();
  } catch (error) {
    if (error instanceof AccessTokenError) throw invalidParameter(error.message);
    throw error;
  }
}
