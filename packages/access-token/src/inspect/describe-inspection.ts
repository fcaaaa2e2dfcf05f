import type { JsonObject } from '../verify/json-object.ts';
import { own } from '../verify/json-object.ts';
import type { Inspection } from './inspect-token.ts';
import { quote, timeInWords } from './words.ts';

const verdicts: Readonly<Record<Inspection['verdict'], string>> = {
  accepted: 'The token is good: a server that knows the API key and the service accepts it.',
  refused: 'The token is refused.',
  unverified: 'Nothing is wrong with what the token says. Its signature was not checked.',
};

/** The inspection as lines of text for a terminal or a page: verdict, what the token says, findings. */
export function describeInspection(inspection: Inspection): string {
  const { findings } = inspection;
  return [
    verdicts[inspection.verdict],
    ...whatItSays(inspection).map((line) => `  ${line}`),
    ...findings.flatMap(({ severity, code, message, advice }) => [`${severity} ${code}: ${message}`, `  ${advice}`]),
  ].join('\n');
}

function whatItSays({ issuer, identity, grants, payload, signature, inspectedAt }: Inspection): string[] {
  const lines: string[] = [];
  const add = (name: string, value: string | undefined) => {
    if (value !== undefined) lines.push(`${name.padEnd(12)}${value}`);
  };
  add('identity', identity === undefined ? undefined : quote(identity));
  add('account', issuer?.accountSid);
  add('API key', issuer?.apiKeySid);
  add('signature', signature);
  for (const [claim, name] of [
    ['iat', 'issued'] as const,
    ['nbf', 'not before'] as const,
    ['exp', 'expires'] as const,
  ]) {
    const seconds = payload === undefined ? undefined : own(payload, claim);
    if (typeof seconds === 'number') add(name, timeInWords(seconds, inspectedAt));
  }
  add('service', grants?.chat.serviceSid);
  add('role', grants?.chat.deploymentRoleSid);
  add('grants', payload === undefined ? undefined : grantNames(payload));
  return lines;
}

/** The products that the token names, whether their grants can be read or not. */
function grantNames(payload: JsonObject): string | undefined {
  const grants = own(payload, 'grants');
  if (typeof grants !== 'object' || grants === null) return undefined;
  const names = Object.keys(grants).filter((name) => name !== 'identity');
  return names.length === 0
    ? undefined
    : names.map((name) => (/^\w{1,40}$/.test(name) ? name : quote(name))).join(', ');
}
