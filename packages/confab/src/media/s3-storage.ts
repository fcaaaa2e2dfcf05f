import { openAsBlob } from 'node:fs';
import { Readable } from 'node:stream';
import { AwsClient } from 'aws4fetch';
import { type MediaStorage, StorageUnavailableError, type StoredKey } from './storage.ts';

export interface S3Options {
  /** Such as `https://s3.eu-central-1.amazonaws.com`; the bucket is the first segment of the path. */
  endpoint: string;
  bucket: string;
  region: string;
  accessKeyId: string;
  secretAccessKey: string;
  /** How long an answer may take to begin, all tries together, in ms. */
  answerMs?: number;
  /** The same for an answer that comes after a whole file. */
  keepMs?: number;
}

/** Tries after the first, for answers that may be others next time; each waits twice as long as the one before, from 50 ms. */
const RETRIES = 4;

/** Many times what a storage takes that is merely busy. */
const ANSWER_MS = 30_000;

/** A file has to be there first: a message's bytes within this are 250 kB a second. */
const KEEP_MS = 600_000;

/** Objects in a bucket of an S3-compatible storage. The bucket has to be there, and to be this deployment's alone. */
export function createS3Storage({
  endpoint,
  bucket,
  region,
  accessKeyId,
  secretAccessKey,
  answerMs = ANSWER_MS,
  keepMs = KEEP_MS,
}: S3Options): MediaStorage {
  const client = new AwsClient({ accessKeyId, secretAccessKey, region, service: 's3', retries: RETRIES });
  const base = `${endpoint.replace(/\/+$/, '')}/${bucket}`;
  const urlOf = (key: string): string => `${base}/${encodeURIComponent(key)}`;

  async function request(
    url: string,
    init: RequestInit,
    accepted: readonly number[],
    withinMs: number = answerMs,
  ): Promise<Response> {
    const response = await begun(url, init, withinMs);
    if (accepted.includes(response.status)) return response;
    const text = await response.text();
    const code = /<Code>([A-Za-z]{1,100})<\/Code>/.exec(text)?.[1] ?? 'no code';
    throw new StorageUnavailableError(`The object storage answered ${init.method} with ${response.status} (${code}).`);
  }

  /** The answer when it has begun. What it holds may take as long as whoever reads it. */
  async function begun(url: string, init: RequestInit, withinMs: number): Promise<Response> {
    const late = new AbortController();
    const timer = setTimeout(() => late.abort(), withinMs);
    try {
      return await client.fetch(url, { ...init, signal: late.signal });
    } catch (error) {
      throw new StorageUnavailableError(`The object storage did not answer ${init.method}.`, { cause: error });
    } finally {
      clearTimeout(timer);
    }
  }

  async function* keys(): AsyncIterable<StoredKey> {
    let token: string | undefined;
    do {
      const query = new URLSearchParams({
        'list-type': '2',
        'max-keys': '1000',
        ...(token !== undefined && { 'continuation-token': token }),
      });
      const page = await (await request(`${base}?${query}`, { method: 'GET' }, [200])).text();
      for (const [, entry = ''] of page.matchAll(/<Contents>(.*?)<\/Contents>/gs)) {
        const key = textOf(entry, 'Key');
        const storedAt = Date.parse(textOf(entry, 'LastModified') ?? '');
        if (key !== undefined && !Number.isNaN(storedAt)) yield { key, storedAt };
      }
      token = textOf(page, 'NextContinuationToken');
    } while (token !== undefined);
  }

  return {
    async keep(key, file) {
      // A blob of the file knows its size, which S3 wants to know first, and can be sent again.
      const body = await openAsBlob(file);
      const response = await request(urlOf(key), { method: 'PUT', body }, [200], keepMs);
      await response.body?.cancel();
    },
    async open(key, range) {
      const headers = range === undefined ? {} : { Range: `bytes=${range.from}-${range.to}` };
      const response = await request(urlOf(key), { method: 'GET', headers }, [range === undefined ? 200 : 206, 404]);
      if (response.status === 404 || response.body === null) {
        await response.body?.cancel();
        return undefined;
      }
      return Readable.from(response.body, { objectMode: false });
    },
    async remove(key) {
      const response = await request(urlOf(key), { method: 'DELETE' }, [200, 204, 404]);
      await response.body?.cancel();
    },
    keys,
  };
}

/** Keys and tokens of ours hold nothing that XML would escape, but for a token's quotes. */
function textOf(xml: string, element: string): string | undefined {
  return new RegExp(`<${element}>([^<]*)</${element}>`)
    .exec(xml)?.[1]
    ?.replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&');
}
