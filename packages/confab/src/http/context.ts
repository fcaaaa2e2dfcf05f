import type { Registry } from 'prom-client';
import type { Clock } from '../clock.ts';
import type { Config, Limits } from '../config/index.ts';
import type { KeyUses } from '../domain/index.ts';
import type { Logger } from '../logging.ts';
import type { SecretBox } from '../secrets/index.ts';
import type { ReadDb } from '../store/index.ts';
import type { RequireAccount } from './basic-auth.ts';

/** What the HTTP application works with. */
export interface HttpContext {
  readonly config: Config;
  readonly limits: Limits;
  readonly read: ReadDb;
  readonly secretBox: SecretBox;
  readonly clock: Clock;
  readonly keyUses: KeyUses;
  /** Knows callers in another way than by HTTP Basic. */
  readonly requireAccount?: RequireAccount;
  readonly logger: Logger;
  /** Metrics of this server. The application adds its own; what belongs to the whole process is kept apart. */
  readonly metrics: Registry;
  /** Whether this server can do its work: false while it starts and while it drains. */
  isReady(): boolean;
  /** Called in development mode only. */
  readonly mintToken: MintToken;
  /** What tokens are made with when nothing else is named. */
  defaultSids(): DefaultSids;
}

/** The first API key and the default service of the first account: other ones after the database was emptied. */
export interface DefaultSids {
  apiKey: string;
  chatServiceSid: string;
}

export interface TokenRequest {
  identity: string;
  /** Seconds. */
  ttl: number | undefined;
  chatServiceSid: string | undefined;
}

export interface MintedToken {
  token: string;
  /** Seconds that the token is good for. */
  ttl: number;
  chatServiceSid: string;
}

/**
 * Mints an Access Token for whoever is named, and fills in what was left open. Throws AccessTokenError, or DomainError, for arguments
 * that no usable token can be made from.
 */
export type MintToken = (request: TokenRequest) => Promise<MintedToken>;
