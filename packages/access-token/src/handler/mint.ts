import { AccessTokenError } from '../mint/access-token-error.ts';
import { createAccessTokenAsync } from '../mint/create-access-token.ts';
import type { GrantOptions } from '../mint/grant-options.ts';
import { REFUSALS, Refusal } from './refusal.ts';
import type { Caller, Sender, TokenCredentials } from './types.ts';

/** The body of a 200. */
export interface TokenAnswer {
  readonly token: string;
  /** Who the token is for. */
  readonly identity: string;
  /** Seconds that the token is good for: a span, since the clocks of clients differ (as in RFC 6749 5.1). */
  readonly expires_in: number;
}

/** What is recorded of a token: everything but the token. */
export interface MintRecord {
  readonly identity: string;
  readonly accountSid: string;
  /** The API key that signed it. */
  readonly apiKey: string;
  /** Seconds. */
  readonly ttl: number;
  readonly grants: GrantOptions;
  readonly sender: Sender;
}

interface Minted {
  answer: TokenAnswer;
  record: Omit<MintRecord, 'sender'>;
}

interface MintOptions {
  credentials: TokenCredentials;
  caller: Caller;
  grants: GrantOptions;
  ttl: number;
  now: number;
}

/** Makes the token. Throws a Refusal (403) for an identity that none can be made for, and AccessTokenError for a wrong set-up. */
export async function mint({ credentials, caller, grants: given, ttl, now }: MintOptions): Promise<Minted> {
  const { identity, deploymentRoleSid } = caller;
  const grants = deploymentRoleSid === undefined ? given : withRole(given, deploymentRoleSid);
  const { accountSid, apiKey, apiSecret } = credentials;
  const options = { accountSid, apiKey, apiSecret, identity, ttl, grants, now };
  const token = await createAccessTokenAsync(options).catch(refuseIdentity);
  return { answer: { token, identity, expires_in: ttl }, record: { identity, accountSid, apiKey, ttl, grants } };
}

function withRole(grants: GrantOptions, deploymentRoleSid: string): GrantOptions {
  if (grants.chat === undefined) throw new TypeError('the caller has a role, and grants has no chat grant to hold it');
  return { ...grants, chat: { ...grants.chat, deploymentRoleSid } };
}

function refuseIdentity(error: unknown): never {
  // Whoever is signed in under such a name can do nothing about it, and neither can who set up the endpoint.
  if (error instanceof AccessTokenError && error.argument === 'identity') {
    throw new Refusal(REFUSALS.forbidden, `no token can be made for the identity: ${error.code}`);
  }
  throw error;
}
