import type { AccessTokenErrorCode } from './access-token-error.ts';
import { checkFlag, checkObject, checkSid, checkText, fail } from './check-arguments.ts';
import { grantKinds, type MemberRule, wireName } from './grant-kinds.ts';

/** One grant as the token carries it, or all of them by their keys. */
export type GrantClaim = Record<string, unknown>;

interface Member {
  readonly name: string;
  readonly wireName: string;
  readonly rule: MemberRule;
  readonly code: AccessTokenErrorCode;
  /** Its path, for errors. */
  readonly argument: string;
}

/** How a grant is written: its key in the token, and its members. */
export interface GrantForm {
  readonly key: string;
  readonly members: readonly Member[];
}

/** Prepared once: tokens are made often. */
const forms = new Map(
  Object.entries<Readonly<Record<string, MemberRule>>>(grantKinds).map(([kind, rules]): [string, GrantForm] => {
    const members = Object.entries(rules).map(([name, rule]): Member => {
      // Codes are the names on the wire; the type lists them.
      const code = `invalid_${wireName(name)}` as AccessTokenErrorCode;
      return { name, wireName: wireName(name), rule, code, argument: `grants.${kind}.${name}` };
    });
    return [kind, { key: wireName(kind), members }];
  }),
);

/** @throws {AccessTokenError} for a name that no grant has. */
export function grantForm(name: string): GrantForm {
  return forms.get(name) ?? fail('unknown_grant', `grants.${name}`, 'is no grant; see GrantOptions');
}

/** Checks the grants of the plain-function form, and writes them into `claim` by their keys in the token. */
export function writeGrants(claim: GrantClaim, grants: unknown): void {
  checkObject(grants, 'invalid_grants', 'grants');
  for (const name of Object.keys(grants)) {
    const form = grantForm(name);
    const grant: unknown = Reflect.get(grants, name);
    if (isAbsent(grant)) continue;
    checkObject(grant, 'invalid_grants', `grants.${name}`);
    claim[form.key] = writeGrant(form, grant);
  }
}

/**
 * Checks a grant and writes it. Members that are undefined or null are left out, as every official library does with empty
 * ones (access tokens 1); a service must be named by each grant that has one.
 */
export function writeGrant({ key, members }: GrantForm, grant: object): GrantClaim {
  const claim: GrantClaim = {};
  for (const { name, wireName, rule, code, argument } of members) {
    const value: unknown = Reflect.get(grant, name);
    if (isAbsent(value) && name !== 'serviceSid') continue;
    checkMember(rule, value, code, argument);
    claim[wireName] = value;
  }
  if (key === 'voice') return shapeVoice(claim);
  return key === 'player' ? { ...Object(claim.grant) } : claim;
}

function checkMember(rule: MemberRule, value: unknown, code: AccessTokenErrorCode, argument: string): void {
  if (rule === 'text') checkText(value, code, argument);
  else if (rule === 'flag') checkFlag(value, code, argument);
  else if (rule === 'object') checkObject(value, code, argument);
  else if (rule !== 'sync') checkSid(rule, value, code, argument);
  else if (value !== 'default') checkSid('IS', value, code, argument);
}

function shapeVoice({ incoming_allow, ...members }: GrantClaim): GrantClaim {
  const { outgoing_application_sid: application_sid, outgoing_application_params: params, ...rest } = members;
  return {
    incoming: incoming_allow === true ? { allow: true } : undefined,
    outgoing: application_sid === undefined ? undefined : { application_sid, params },
    ...rest,
  };
}

function isAbsent(value: unknown): boolean {
  return value === undefined || value === null;
}
