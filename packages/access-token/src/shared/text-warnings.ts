/** What is allowed and may still cause trouble. `argument` says where it stands, `message` what to do. */
export interface TokenWarning {
  readonly code: TokenWarningCode;
  readonly argument: string;
  readonly message: string;
}

export type TokenWarningCode = 'reserved_characters' | 'not_nfc' | 'confusable' | 'weak_secret';

/** The characters that the guide recommends to avoid in identities and friendly names (access tokens 2). */
const RESERVED = /[!*'();:@&=+$,/?%#[\]]/g;

/** Space around the text, and characters that nobody sees. */
const UNSEEN = /^\s|\s$|[\p{C}\p{Default_Ignorable_Code_Point}]/u;

const LATIN = /\p{Script=Latin}/u;

/** Alphabets with letters that look like Latin ones. */
const LIKE_LATIN = /[\p{Script=Greek}\p{Script=Cyrillic}\p{Script=Armenian}]/u;

/** Text whose every letter is a Cyrillic one that looks like a Latin one. */
const LATIN_TWINS = /^\P{L}*([аеорсухіјѕһԁԛԝАВЕЅІЈКМНОРСТУХ]\P{L}*)+$/u;

/**
 * Reports what may cause trouble in an identity:
 * - `reserved_characters`: those that the URI syntax reserves, which the guide recommends to avoid;
 * - `not_nfc`: text that is not in Unicode normal form C;
 * - `confusable`: what looks like other text, so that one user can pass for another: letters of several alphabets,
 *   compatibility forms, characters that nobody sees, white space around. A heuristic after UTS 39, not its tables.
 *
 * None of it is refused and nothing is normalised: identities are compared as they are.
 */
export function identityWarnings(identity: string): TokenWarning[] {
  return textWarnings(identity, 'identity');
}

/** Reports the same for a friendly name. */
export function friendlyNameWarnings(friendlyName: string): TokenWarning[] {
  return textWarnings(friendlyName, 'friendlyName');
}

function textWarnings(text: string, argument: string): TokenWarning[] {
  const warnings: TokenWarning[] = [];
  const add = (code: TokenWarningCode, message: string) =>
    warnings.push({ code, argument, message: `${argument} ${message}` });

  const reserved = new Set(text.match(RESERVED));
  if (reserved.size > 0) add('reserved_characters', `has ${[...reserved].join(' ')}, which URLs reserve`);
  if (text.normalize() !== text) add('not_nfc', 'is not in Unicode normal form C');
  if (isConfusable(text.normalize())) add('confusable', 'may look like another');
  return warnings;
}

function isConfusable(text: string): boolean {
  if (UNSEEN.test(text) || LATIN_TWINS.test(text) || text.normalize('NFKC') !== text) return true;
  return LATIN.test(text) && LIKE_LATIN.test(text);
}
