import * as checks from './checks.ts';
import type { Problem } from './config-error.ts';
import type { MediaS3Config, Setting } from './types.ts';

type Read = <T>(setting: Setting, check: checks.Check<T>) => T | undefined;

/** What a bucket needs beside its name. */
const NEEDED = ['mediaS3Region', 'mediaS3AccessKeyId', 'mediaS3SecretAccessKey'] as const satisfies readonly Setting[];

const bucketName: checks.Check<string> = (given) =>
  typeof given === 'string' && /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(given)
    ? { value: given }
    : { fault: 'is no name of a bucket: 3 to 63 small letters, digits, dots and hyphens' };

const word: checks.Check<string> = (given) =>
  typeof given === 'string' && /^[\x21-\x7e]+$/.test(given) ? { value: given } : { fault: 'is empty, or has spaces' };

/** Not shown: it is a secret. */
export const secretAccessKey: checks.Check<string> = (given) =>
  typeof given === 'string' && /^[\x21-\x7e]+$/.test(given)
    ? { value: given }
    : { fault: 'is empty, or has spaces (value not shown)' };

/** The object storage for files, if one is configured. */
export function readMediaS3(read: Read): MediaS3Config | undefined {
  const bucket = read('mediaS3Bucket', bucketName);
  const region = read('mediaS3Region', word);
  const accessKeyId = read('mediaS3AccessKeyId', word);
  const endpoint = read('mediaS3Endpoint', checks.baseUrl) ?? `https://s3.${region}.amazonaws.com`;
  if (bucket === undefined || region === undefined || accessKeyId === undefined) return undefined;
  return { bucket, endpoint, region, accessKeyId };
}

/** What is missing beside the bucket, or has no bucket. */
export function mediaS3Contradictions(
  given: Readonly<Partial<Record<Setting, unknown>>>,
  nameOf: (setting: Setting) => string,
): Problem[] {
  const missing = given.mediaS3Bucket === undefined ? [] : NEEDED.filter((setting) => given[setting] === undefined);
  const idle =
    given.mediaS3Bucket === undefined
      ? [...NEEDED, 'mediaS3Endpoint' as const].filter((setting) => given[setting] !== undefined)
      : [];
  return [
    ...missing.map((setting) => ({ setting: nameOf(setting), fault: `is required with ${nameOf('mediaS3Bucket')}` })),
    // Files would go to the disk of one node, where nobody expects them.
    ...idle.map((setting) => ({
      setting: nameOf(setting),
      fault: `has no meaning without ${nameOf('mediaS3Bucket')}`,
    })),
  ];
}
