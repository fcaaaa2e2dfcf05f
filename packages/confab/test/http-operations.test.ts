import { once } from 'node:events';
import { request } from 'node:https';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { type RestServer, startRestServer } from './support/rest-server.ts';

async function withServer<T>(
  options: Parameters<typeof startRestServer>[0],
  use: (server: RestServer) => Promise<T>,
): Promise<T> {
  const server = await startRestServer(options);
  try {
    return await use(server);
  } finally {
    await server.stop();
  }
}

describe('/health and /ready', () => {
  it('tell alive from ready', async () => {
    let ready = false;
    await withServer({ isReady: () => ready }, async (server) => {
      expect(await server.send('/health')).toMatchObject({ status: 200, json: { status: 'ok' } });
      expect(await server.send('/ready')).toMatchObject({ status: 503, json: { status: 'not ready' } });
      ready = true;
      expect(await server.send('/ready')).toMatchObject({ status: 200, json: { status: 'ready' } });
    });
  });
});

describe('/metrics', () => {
  it('needs the credential of an account', () =>
    withServer({}, async (server) => {
      expect(await server.send('/metrics')).toMatchObject({ status: 401, json: { code: 20003 } });
      await server.sendAs('/v1/Services');
      const { status, headers, text } = await server.sendAs('/metrics');
      expect(status).toBe(200);
      expect(headers['content-type']).toMatch(/^text\/plain; version=0\.0\.4/);
      expect(text).toContain('process_cpu_user_seconds_total');
      expect(text).toContain(
        'confab_http_request_duration_seconds_count{method="GET",route="/v1/Services",status="200"} 1',
      );
    }));

  it('is open on this machine in development mode, but not through a tunnel', () =>
    withServer({ config: { dev: true } }, async (server) => {
      expect(await server.send('/metrics')).toMatchObject({ status: 200 });
      expect(await server.send('/metrics', { headers: { 'x-forwarded-for': '1.2.3.4' } })).toMatchObject({
        status: 401,
      });
      expect(await server.send('/metrics', { headers: { host: 'api.twilio.com' } })).toMatchObject({ status: 401 });
    }));

  it('counts for each server apart', () =>
    withServer({}, (first) =>
      withServer({}, async (second) => {
        await first.sendAs('/v1/Services');
        expect((await second.sendAs('/metrics')).text).not.toContain('route="/v1/Services"');
      }),
    ));
});

describe('with a certificate', () => {
  const files = join(import.meta.dirname, 'support/tls');
  const tls = { tlsCert: join(files, 'first-cert.pem'), tlsKey: join(files, 'first-key.pem') };

  it('speaks TLS, and says so in its URLs', () =>
    withServer({ config: tls }, async ({ url, accountSid, authToken }) => {
      const sent = request(`${url}/v1/Services`, { auth: `${accountSid}:${authToken}`, rejectUnauthorized: false });
      sent.end();
      const [response] = await once(sent, 'response');
      expect(response.statusCode).toBe(200);
      expect(await json(response)).toMatchObject({ meta: { url: `${url}/v1/Services?PageSize=50&Page=0` } });
      expect(url).toMatch(/^https:/);
    }));

  it('does not start when certificate and key do not fit', async () => {
    const config = { ...tls, tlsKey: join(files, 'second-key.pem') };
    await expect(startRestServer({ config })).rejects.toMatchObject({ name: 'ConfigError' });
  });
});

describe('stopping', () => {
  it('finishes what is in flight', async () => {
    const server = await startRestServer();
    let stopped: Promise<void> | undefined;
    server.app.server.on('request', () => {
      stopped ??= server.stop();
    });
    const answer = await server.sendAs('/v1/Conversations', { form: { FriendlyName: 'Last' } });
    expect(answer).toMatchObject({ status: 201, json: { friendly_name: 'Last' } });
    expect(answer.headers.connection).toBe('close');
    await stopped;
    await expect(server.send('/health')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });
});
