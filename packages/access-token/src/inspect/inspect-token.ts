import { warnOfSecret } from '../mint/secret-warning.ts';
import { nodeCrypto, webCrypto } from '../shared/runtime.ts';
import { identityWarnings } from '../shared/text-warnings.ts';
import { checkHeader } from '../verify/check-header.ts';
import { checkTimes, type TokenTimes } from '../verify/check-times.ts';
import type { JsonObject } from '../verify/json-object.ts';
import { type Issuer, readIssuer } from '../verify/key-record.ts';
import { type ParsedToken, parseToken } from '../verify/parse-token.ts';
import { type IdentityAndGrants, readGrants } from '../verify/read-grants.ts';
import { error, type Finding, noting, warning } from './finding.ts';
import { readLeniently, unwrap } from './read-leniently.ts';
import { explainSignature } from './signature.ts';
import { durationInWords } from './words.ts';

type Secret = string | Uint8Array;

export interface InspectOptions {
  /** The secret of the API key, or several; without it the signature is not checked. */
  readonly secret?: Secret | readonly Secret[] | undefined;
  /** The current time, Unix milliseconds. Default `Date.now()`. */
  readonly now?: number | undefined;
  /** The account that the token should be for. */
  readonly accountSid?: string | undefined;
  /** The Conversation Service that the token should be for. */
  readonly serviceSid?: string | undefined;
}

/** What a token says and what is wrong with it. What could not be read is missing. Times are Unix seconds. */
export interface Inspection {
  /**
   * `refused`: no server takes it. `unverified`: nothing is wrong, but no secret was given. `accepted`: a server takes it that
   * knows the API key as live and the service as existing.
   */
  readonly verdict: 'accepted' | 'refused' | 'unverified';
  readonly signature: 'valid' | 'invalid' | 'not checked';
  readonly header?: JsonObject;
  readonly payload?: JsonObject;
  readonly issuer?: Issuer;
  readonly times?: TokenTimes;
  readonly identity?: string;
  readonly grants?: IdentityAndGrants['grants'];
  /** In the order of a server's checks, errors and warnings. */
  readonly findings: readonly Finding[];
  /** The time of the inspection, Unix seconds. */
  readonly inspectedAt: number;
}

/** A life below this does not work reliably with Conversations: clients ask for a new token minutes before the end (access tokens 2). */
const SHORT_LIFE_SECONDS = 300;

/**
 * Tells what a token says and everything that is wrong with it, for people: a tool for whoever made the token, never a check
 * before letting somebody in (that is `verifyAccessToken`). Works on any text and in any runtime, and never rejects.
 */
export async function inspectToken(token: string, options: InspectOptions = {}): Promise<Inspection> {
  const { now: milliseconds = Date.now(), accountSid, serviceSid } = options;
  const now = milliseconds / 1000;
  const findings: Finding[] = [];
  const text = unwrapped(token, findings);
  const parsed = noting(findings, () => parseToken(text));
  const { header, payload } = parsed ?? readLeniently(text);
  if (header !== undefined) noting(findings, () => checkHeader(header));
  const issuer = payload && noting(findings, () => readIssuer(payload));
  if (accountSid !== undefined && issuer !== undefined && issuer.accountSid !== accountSid) {
    findings.push(error(20103, `the token is for the account ${issuer.accountSid}, not ${accountSid}`));
  }
  const signature = await judgeSignature(parsed, secretsOf(options), findings);
  const times = payload && noting(findings, () => checkTimes(payload, now));
  if (times !== undefined) warnOfShortLife(times, now, findings);
  const granted = payload && noting(findings, () => readGrants(payload));
  if (granted !== undefined) {
    const { chat } = granted.grants;
    if (serviceSid !== undefined && chat.serviceSid !== serviceSid) {
      findings.push(error(20106, `the token is for the service ${chat.serviceSid}, not ${serviceSid}`));
    }
    for (const { code, message } of identityWarnings(granted.identity)) {
      findings.push(
        warning(code, message, 'It is allowed, and compared as it is. Be sure that it is what your app means.'),
      );
    }
  }
  const refused = findings.some(({ severity }) => severity === 'error');
  return {
    verdict: refused ? 'refused' : signature === 'valid' ? 'accepted' : 'unverified',
    signature,
    ...(header !== undefined && { header }),
    ...(payload !== undefined && { payload }),
    ...(issuer !== undefined && { issuer }),
    ...(times !== undefined && { times }),
    ...granted,
    findings,
    inspectedAt: now,
  };
}

function unwrapped(token: unknown, findings: Finding[]): string {
  if (typeof token !== 'string') return '';
  const { token: text, removed } = unwrap(token);
  if (removed.length > 0) findings.push(error(20101, `the token has ${removed.join(' and ')}`));
  return text;
}

function secretsOf({ secret }: InspectOptions): readonly Secret[] {
  if (secret === undefined) return [];
  return typeof secret === 'string' || secret instanceof Uint8Array ? [secret] : secret;
}

async function judgeSignature(
  parsed: ParsedToken | undefined,
  secrets: readonly Secret[],
  findings: Finding[],
): Promise<Inspection['signature']> {
  if (parsed === undefined || secrets.length === 0) return 'not checked';
  if (nodeCrypto() === undefined && webCrypto() === undefined) {
    const advice = 'Open the page over HTTPS or on localhost: elsewhere browsers have no WebCrypto.';
    findings.push(warning('no_crypto', 'the signature cannot be checked here', advice));
    return 'not checked';
  }
  for (const secret of secrets) {
    if (typeof secret !== 'string') continue;
    warnOfSecret(secret, ({ code, message }) => {
      findings.push(warning(code, message, 'It can be guessed, and some official libraries refuse to sign with it.'));
    });
  }
  const fault = await explainSignature(parsed.signingInput, parsed.signature, secrets);
  if (fault !== undefined) findings.push(fault);
  return fault === undefined ? 'valid' : 'invalid';
}

function warnOfShortLife({ issuedAt, notBefore, expiresAt }: TokenTimes, now: number, findings: Finding[]): void {
  const life = expiresAt - (issuedAt ?? notBefore ?? now);
  if (life >= SHORT_LIFE_SECONDS) return;
  const advice = 'Clients ask for a new token some minutes before the end: give them 20 minutes to 24 hours.';
  findings.push(warning('short_life', `the token lives for ${durationInWords(life)}`, advice));
}
