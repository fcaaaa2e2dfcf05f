import { openAsBlob } from 'node:fs';
import { Readable } from 'node:stream';
import { AwsClient } from 'aws4fetch';
import type { MediaStorage, StoredKey } from './storage.ts';

export interface S3Options {
  /** Such as `https://s3.eu-central-1.amazonaws.com`; the bucket is the first segment of the path. */
  endpoint: string;
  bucket: string;
  region: string;
  accessKeyId: string;
  secretAccessKey: string;
}

/** Tries after the first, for answers that may be others next time; each waits twice as long as the one before, from 50 ms. */
const RETRIES = 4;

/** Objects in a bucket of an S3-compatible storage. The bucket has to be there, and to be this deployment's alone. */
export function createS3Storage({ endpoint, bucket, region, accessKeyId, secretAccessKey }: S3Options): MediaStorage {
  const client = new AwsClient({ accessKeyId, secretAccessKey, region, service: 's3', retries: RETRIES });
  const base = `${endpoint.replace(/\/+$/, '')}/${bucket}`;
  const urlOf = (key: string): string => `${base}/${encodeURIComponent(key)}`;

  async function request(url: string, init: RequestInit, accepted: readonly number[]): Promise<Response> {
    const response = await client.fetch(url, init);
    if (accepted.includes(response.status)) return response;
    const text = await response.text();
    const code = /<Code>([A-Za-z]{1,100})<\/Code>/.exec(text)?.[1] ?? 'no code';
    throw new Error(`The object storage answered ${init.method} with ${response.status} (${code}).`);
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
      const response = await request(urlOf(key), { method: 'PUT', body }, [200]);
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
