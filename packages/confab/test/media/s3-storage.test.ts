import { writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import S3rver from 's3rver';
import { expect, it, onTestFinished } from 'vitest';
import { createS3Storage } from '../../src/media/index.ts';
import { temporaryFolder } from './support.ts';

/** Its defaults. */
const KEYS = { accessKeyId: 'S3RVER', secretAccessKey: 'S3RVER' };

it('keeps files in a bucket, gives ranges of them, lists them all and removes them', async () => {
  const folder = temporaryFolder();
  const server = new S3rver({
    port: 0,
    address: '127.0.0.1',
    silent: true,
    directory: join(folder, 's3'),
    configureBuckets: [{ name: 'files', configs: [] }],
  });
  const { port } = await new Promise<AddressInfo>((resolve, reject) =>
    server.run((error: Error | null, address: AddressInfo) => (error === null ? resolve(address) : reject(error))),
  );
  onTestFinished(() => server.close());
  const endpoint = `http://127.0.0.1:${port}`;
  const storage = createS3Storage({ endpoint, bucket: 'files', region: 'us-east-1', ...KEYS });
  const put = async (key: string, content: string) => {
    const file = join(folder, 'incoming');
    writeFileSync(file, content);
    await storage.keep(key, file);
  };
  const key = `ME${'a'.repeat(32)}`;
  await put(key, '0123456789');
  await put(`${key}.thumbnail`, 'small');
  const read = async (range?: { from: number; to: number }) => {
    const stream = await storage.open(key, range);
    return stream && text(stream);
  };
  expect(await read()).toBe('0123456789');
  expect(await read({ from: 2, to: 4 })).toBe('234');
  const listed: string[] = [];
  for await (const { key, storedAt } of storage.keys()) {
    listed.push(key);
    expect(Date.now() - storedAt).toBeLessThan(60_000);
  }
  expect(listed.sort()).toEqual([key, `${key}.thumbnail`]);
  await storage.remove(key);
  await storage.remove(key);
  expect(await read()).toBeUndefined();

  const nowhere = createS3Storage({ endpoint, bucket: 'nowhere', region: 'us-east-1', ...KEYS });
  writeFileSync(join(folder, 'incoming'), 'x');
  await expect(nowhere.keep(key, join(folder, 'incoming'))).rejects.toThrow('PUT with 404 (NoSuchBucket)');
});
