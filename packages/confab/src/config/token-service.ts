import type { Check } from './checks.ts';
import * as checks from './checks.ts';
import type { Problem } from './config-error.ts';
import { isLoopbackHost } from './hosts.ts';
import type { Setting, TokenServiceConfig } from './types.ts';

/** An hour, as in the official libraries (access tokens 2). */
const DEFAULT_TTL_SECONDS = 3_600;

/** The header of Authelia, Authentik and others. */
const DEFAULT_IDENTITY_HEADER = 'Remote-User';

const LOGIN_SETTINGS = ['tokenOidcIssuer', 'tokenForwardAuthUrl'] as const satisfies readonly Setting[];
const OIDC_SETTINGS = [
  'tokenOidcAudience',
  'tokenOidcAuthorizedParties',
  'tokenOidcJwksUrl',
  'tokenOidcClaim',
] as const satisfies readonly Setting[];

type Read = <T>(setting: Setting, check: Check<T>) => T | undefined;

/** The token service, if one of its two ways to know callers is configured. */
export function readTokenService(read: Read): TokenServiceConfig | undefined {
  const issuer = read('tokenOidcIssuer', trustworthyUrl);
  const forwardAuthUrl = read('tokenForwardAuthUrl', httpUrl);
  const audience = read('tokenOidcAudience', checks.listOf(name)) ?? [];
  const authorizedParties = read('tokenOidcAuthorizedParties', checks.listOf(name)) ?? audience;
  const jwksUrl = read('tokenOidcJwksUrl', trustworthyUrl);
  const claim = read('tokenOidcClaim', name) ?? 'sub';
  const identityHeader = read('tokenForwardAuthHeader', headerName) ?? DEFAULT_IDENTITY_HEADER;
  const shared = {
    origins: read('tokenOrigins', checks.listOf(checks.origin)) ?? [],
    apiKey: read('tokenApiKey', checks.sid('SK')),
    chatServiceSid: read('tokenChatServiceSid', checks.sid('IS')),
    ttl: read('tokenTtl', ttl) ?? DEFAULT_TTL_SECONDS,
  };
  if (issuer !== undefined) {
    return { login: { kind: 'oidc', issuer, audience, authorizedParties, jwksUrl, claim }, ...shared };
  }
  if (forwardAuthUrl !== undefined) {
    return { login: { kind: 'forward-auth', url: forwardAuthUrl, identityHeader }, ...shared };
  }
  return undefined;
}

type Given = Readonly<Partial<Record<Setting, unknown>>>;
type NameOf = (setting: Setting) => string;

/** What is wrong with settings of the token service that are each right. */
export function tokenServiceContradictions(given: Given, nameOf: NameOf): Problem[] {
  const [issuer, forwardAuth] = LOGIN_SETTINGS;
  if (given[issuer] !== undefined && given[forwardAuth] !== undefined) {
    const fault = `cannot stand beside ${nameOf(issuer)}: callers are known in one way`;
    return [{ setting: nameOf(forwardAuth), fault }];
  }
  if (given[issuer] !== undefined && isEmpty(given.tokenOidcAudience)) {
    const fault = `is required with ${nameOf(issuer)}: without it, tokens that the provider made for other apps would count`;
    return [{ setting: nameOf('tokenOidcAudience'), fault }];
  }
  return [];
}

/** Settings of the token service that do nothing as things stand, one sentence each. */
export function idleTokenSettings(given: Given, nameOf: NameOf): string[] {
  const [issuer, forwardAuth] = LOGIN_SETTINGS;
  const needs = (settings: readonly Setting[], needed: readonly Setting[]): string[] =>
    needed.some((setting) => given[setting] !== undefined)
      ? []
      : settings
          .filter((setting) => given[setting] !== undefined)
          .map((setting) => `${nameOf(setting)} has no effect without ${needed.map(nameOf).join(' or ')}.`);
  return [
    ...needs(OIDC_SETTINGS, [issuer]),
    ...needs(['tokenForwardAuthHeader'], [forwardAuth]),
    ...needs(['tokenOrigins', 'tokenApiKey', 'tokenChatServiceSid', 'tokenTtl'], LOGIN_SETTINGS),
  ];
}

function isEmpty(given: unknown): boolean {
  return given === undefined || (Array.isArray(given) && given.length === 0);
}

/** What keys are fetched from has to prove who it is: TLS, or this machine. */
const trustworthyUrl: Check<string> = (given) => {
  const url = httpUrlOf(given);
  return url !== undefined && (url.protocol === 'https:' || isLoopbackHost(url.hostname))
    ? { value: String(given) }
    : { fault: 'is no URL that can be believed; expected https://… (or http://… on a loopback host), without a user' };
};

/** May be plain HTTP: services in one private network seldom have certificates. */
const httpUrl: Check<string> = (given) =>
  httpUrlOf(given) === undefined
    ? { fault: 'is no URL; expected http://… or https://…, without a user' }
    : { value: String(given) };

function httpUrlOf(given: unknown): URL | undefined {
  const url = typeof given === 'string' ? URL.parse(given) : null;
  return url !== null && /^https?:$/.test(url.protocol) && url.username === '' && url.password === '' ? url : undefined;
}

const name: Check<string> = (given) =>
  typeof given === 'string' && given !== '' ? { value: given } : { fault: 'is empty or no text' };

const headerName: Check<string> = (given) =>
  typeof given === 'string' && /^[A-Za-z0-9-]+$/.test(given)
    ? { value: given }
    : { fault: 'is no name of a header; expected one such as Remote-User' };

const ttl: Check<number> = (given) =>
  typeof given === 'number' && Number.isInteger(given) && given >= 1 && given <= 86_400
    ? { value: given }
    : { fault: 'is no life of a token; expected whole seconds from 1 to 86400' };
