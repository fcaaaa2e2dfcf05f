import { connect } from 'node:net';
import { fastify } from 'fastify';
import { expect, it, onTestFinished } from 'vitest';
import { limitBodyTime } from './body-deadline.ts';

async function serverWithDeadline(bodyMs: number) {
  const app = fastify();
  limitBodyTime(app, bodyMs);
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  app.post('/short', async () => 'read');
  app.post('/long', { config: { longBody: true } }, async () => 'read');
  await app.listen({ port: 0, host: '127.0.0.1' });
  onTestFinished(() => app.close());
  const address = app.server.address();
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
  return (path: string, headers: string, body: string) => {
    const socket = connect(port, '127.0.0.1');
    let answer = '';
    socket.on('data', (data) => {
      answer += data;
    });
    socket.write(`POST ${path} HTTP/1.1\r\nHost: localhost\r\n${headers}\r\n\r\n${body}`);
    const closed = new Promise<string>((resolve) => socket.once('close', () => resolve(answer)));
    return { socket, closed, answer: () => answer };
  };
}

it('answers 408 and closes when a body does not come to its end, of known length or not', async () => {
  const post = await serverWithDeadline(20);
  for (const [headers, body] of [
    ['Content-Length: 10', 'half'],
    ['Content-Length: 10', ''],
    ['Transfer-Encoding: chunked', '4\r\nhalf\r\n'],
  ] as const) {
    const answer = await post('/short', headers, body).closed;
    expect(answer).toMatch(/^HTTP\/1\.1 408 /);
    expect(JSON.parse(answer.split('\r\n\r\n')[1] ?? '')).toMatchObject({ code: 20001, status: 408 });
  }
});

it('leaves alone what came whole, on the same connection too, and routes that bound their bodies themselves', async () => {
  const post = await serverWithDeadline(20);
  const whole = post('/short', 'Content-Length: 4', 'body');
  await expect.poll(whole.answer).toMatch(/^HTTP\/1\.1 200 /);
  const long = post('/long', 'Content-Length: 4', 'bo');
  // By then theirs would have been cut off.
  expect(await post('/short', 'Content-Length: 4', 'bo').closed).toMatch(/^HTTP\/1\.1 408 /);
  whole.socket.write('POST /short HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\n\r\nbody');
  long.socket.write('dy');
  await expect.poll(long.answer).toMatch(/^HTTP\/1\.1 200 /);
  await expect.poll(() => whole.answer().match(/HTTP\/1\.1 200 /g)?.length).toBe(2);
  for (const { socket } of [whole, long]) socket.destroy();
});
