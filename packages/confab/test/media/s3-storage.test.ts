import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import S3rver from 's3rver';
import { expect, it, onTestFinished } from 'vitest';
import { manualClock } from '../../src/clock.ts';
import { createS3Storage } from '../../src/media/index.ts';
import { start } from './server.ts';
import { filesIn, PNG, temporaryFolder } from './support.ts';

/** Its defaults. */
const KEYS = { accessKeyId: 'S3RVER', secretAccessKey: 'S3RVER' };

/** Starts an object storage with one bucket. Resolves with its URL. */
async function objectStorage(folder: string): Promise<string> {
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
  return `http://127.0.0.1:${port}`;
}

it('keeps files in a bucket, gives ranges of them, lists them all and removes them', async () => {
  const folder = temporaryFolder();
  const endpoint = await objectStorage(folder);
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

it('serves a server, which says that it is the storage when something is wrong with that', async () => {
  const folder = temporaryFolder();
  const s3 = {
    mediaS3Endpoint: await objectStorage(folder),
    mediaS3Bucket: 'files',
    mediaS3Region: 'us-east-1',
    mediaS3AccessKeyId: KEYS.accessKeyId,
    mediaS3SecretAccessKey: KEYS.secretAccessKey,
  };
  const clock = manualClock(Date.now());
  const { upload, account, rest, conversationOf, dataDir } = await start({ ...s3, parts: { clock } });
  const stored = () => filesIn(join(folder, 's3')).filter((name) => name.endsWith('_object')).length;
  const conversation = await conversationOf('ann');
  const { record } = await upload(account, PNG, { type: 'image/png' });
  const { record: empty } = await upload(account, new Uint8Array(0));
  const sent = await rest(`Conversations/${conversation}/Messages`, { MediaSid: record.sid });
  expect(sent.status).toBe(201);
  const link = record.links.content_direct_temporary;
  expect(Buffer.from(await (await fetch(link)).arrayBuffer())).toEqual(PNG);
  const part = await fetch(link, { headers: { range: 'bytes=1-3' } });
  expect([part.status, await part.text()]).toEqual([206, 'PNG']);
  expect((await fetch(record.image?.thumbnail ?? '')).status).toBe(200);
  expect(await (await fetch(empty.links.content_direct_temporary)).text()).toBe('');
  expect({ stored: stored(), onDisk: filesIn(join(dataDir, 'media')) }).toEqual({ stored: 3, onDisk: [] });
  await rest(`Conversations/${conversation}/Messages/${sent.json.sid}`, {}, 'DELETE');
  expect((await fetch(link)).status).toBe(404);
  clock.advance(25 * 3_600_000);
  const sweepAndCount = () => {
    clock.advance(60_000);
    return stored();
  };
  await expect.poll(sweepAndCount).toBe(0);

  for (const wrong of [{ mediaS3AccessKeyId: 'nobody' }, { mediaS3Bucket: 'nowhere' }]) {
    const other = await start({ ...s3, ...wrong });
    const answer = await other.upload(other.account, 'x');
    expect(answer).toMatchObject({ status: 503, record: { code: 20503 } });
    expect(JSON.stringify(answer)).not.toMatch(/NoSuchBucket|InvalidAccessKeyId|nowhere/);
    expect(filesIn(join(other.dataDir, 'media'))).toEqual([]);
  }
});

it('does not wait for a storage that says nothing', async () => {
  const silent = createServer(() => {});
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    silent.closeAllConnections();
    silent.close();
  });
  const address = silent.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  const storage = createS3Storage({
    endpoint: `http://127.0.0.1:${port}`,
    bucket: 'files',
    region: 'us-east-1',
    ...KEYS,
    answerMs: 50,
    keepMs: 50,
  });
  const file = join(temporaryFolder(), 'file');
  writeFileSync(file, 'x');
  const key = `ME${'a'.repeat(32)}`;
  for (const attempt of [() => storage.keep(key, file), () => storage.open(key), () => storage.remove(key)])
    await expect(attempt()).rejects.toThrow('The object storage did not answer');
});
