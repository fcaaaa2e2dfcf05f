import { MasterKeyError, parseMasterKey } from '../secrets/index.ts';
import { isSid, type SidPrefix } from '../sid.ts';
import { show } from './config-error.ts';
import { isNetwork, normalHost } from './hosts.ts';

/** A value in its final form, or what is wrong with it. */
export type Checked<T> = { readonly value: T } | { readonly fault: string };

/** Judges what was given for one setting, by a variable or by a caller of the embedded server. */
export type Check<T> = (given: unknown) => Checked<T>;

function expected(given: unknown, what: string): { fault: string } {
  return { fault: `is ${show(given)}; expected ${what}` };
}

export const port: Check<number> = (given) =>
  typeof given === 'number' && Number.isInteger(given) && given >= 0 && given <= 65_535
    ? { value: given }
    : expected(given, 'a whole number from 0 to 65535 (0 takes any free port)');

export const flag: Check<boolean> = (given) =>
  typeof given === 'boolean' ? { value: given } : expected(given, 'true or false (in text also 1 or 0)');

export function oneOf<T extends string>(values: readonly T[]): Check<T> {
  return (given) => {
    const value = values.find((candidate) => candidate === given);
    return value === undefined ? expected(given, values.join(', ')) : { value };
  };
}

export const path: Check<string> = (given) =>
  typeof given === 'string' && given !== '' && !given.includes('\0') ? { value: given } : expected(given, 'a path');

export const host: Check<string> = (given) => {
  const value = typeof given === 'string' ? normalHost(given) : undefined;
  return value === undefined ? expected(given, 'a host name or an IP address, without scheme or port') : { value };
};

/** An IP address, or a network such as `10.0.0.0/8`. */
export const network: Check<string> = (given) =>
  typeof given === 'string' && isNetwork(given)
    ? { value: given }
    : expected(given, 'an IP address, or a network such as 10.0.0.0/8');

/** A host name, an IP address, or a network. */
export const hostOrNetwork: Check<string> = (given) => {
  const value = typeof given === 'string' ? (isNetwork(given) ? given : normalHost(given)) : undefined;
  return value === undefined
    ? expected(given, 'a host name, an IP address, or a network such as 10.0.0.0/8')
    : { value };
};

export const origin: Check<string> = (given) => {
  const value = typeof given === 'string' ? originOf(given) : undefined;
  const what = 'scheme and host such as https://chat.example.com or http://localhost:3000, without path, query or user';
  return value === undefined ? expected(given, what) : { value };
};

function originOf(text: string): string | undefined {
  if (!/^https?:\/\//i.test(text)) return undefined;
  const url = URL.parse(text);
  // A path, query, fragment or user would each stand in the whole URL, but not in its origin.
  return url !== null && url.href === `${url.origin}/` ? url.origin : undefined;
}

/** Where a server is reached: an origin and, behind a proxy that takes it off again, a path. Without a slash at the end. */
export const baseUrl: Check<string> = (given) => {
  const url = typeof given === 'string' && /^https?:\/\//i.test(given) ? URL.parse(given) : null;
  const value = url === null ? undefined : `${url.origin}${url.pathname}`.replace(/\/+$/, '');
  // A query, fragment or user would stand in the whole URL, but not in these.
  return value !== undefined && url?.href.replace(/\/+$/, '') === value
    ? { value }
    : expected(given, 'a URL such as https://chat.example.com or https://example.com/chat, without query or user');
};

/** A list of which each part passes `check`. Repeated parts are kept once. */
export function listOf(check: Check<string>): Check<readonly string[]> {
  return (given) => {
    if (!Array.isArray(given)) return expected(given, 'a list');
    const values = new Set<string>();
    for (const part of given) {
      const checked = check(part);
      if ('fault' in checked) return { fault: `has a part that ${checked.fault}` };
      values.add(checked.value);
    }
    return { value: [...values] };
  };
}

export function sid(prefix: SidPrefix): Check<string> {
  return (given) =>
    typeof given === 'string' && isSid(prefix, given)
      ? { value: given }
      : expected(given, `a SID: ${prefix} and 32 hexadecimal digits`);
}

export const databaseUrl: Check<string> = (given) => {
  const url = typeof given === 'string' ? URL.parse(given) : null;
  return typeof given === 'string' && url !== null && /^postgres(ql)?:$/.test(url.protocol)
    ? { value: given }
    : {
        fault: 'is no PostgreSQL URL (not shown: it may hold a password); expected postgres://user@host:5432/database',
      };
};

/**
 * A secret of at least 32 characters: an HS256 key below 32 bytes is refused by JWT libraries (RFC 7518 3.2). Visible
 * ASCII, since it also travels in HTTP Basic, where other characters have no agreed encoding (RFC 7617 2).
 */
export const longSecret: Check<string> = (given) => {
  if (typeof given !== 'string') return { fault: 'is no text; expected at least 32 characters' };
  if (!/^[\x21-\x7e]*$/.test(given)) {
    return { fault: 'has spaces or characters outside ASCII (value not shown); expected letters, digits and signs' };
  }
  return given.length >= 32
    ? { value: given }
    : { fault: `has ${given.length} characters (value not shown); expected at least 32` };
};

export const masterKey: Check<Buffer> = (given) => {
  if (typeof given !== 'string') return { fault: 'is no text; expected 32 bytes in base64 or hexadecimal' };
  try {
    return { value: parseMasterKey(given) };
  } catch (error) {
    if (error instanceof MasterKeyError) return { fault: `is no master key: ${error.message}` };
    throw error;
  }
};
