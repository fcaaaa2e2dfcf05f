import { randomBytes } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { type Logger, moduleLogger } from '../logging.ts';
import { createBuild } from './build.ts';
import { BUILT, BUILT_ASSETS } from './folders.ts';

/** Stands in the page where its style sheets and scripts find what lets them add styles. */
const NONCE_PLACE = '__CSP_NONCE__';

/**
 * Scripts and requests go to this server only, and no script stands in a page or is made of text. The component kit adds style sheets of
 * its own, which the nonce lets in.
 */
function contentSecurityPolicy(nonce: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data: blob:",
    "media-src 'self' blob:",
    "font-src 'self'",
    "connect-src 'self' ws: wss:",
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
}

/** The pages of the console, whatever their path: which of them is meant, the script in the page knows. */
export async function addPages(scope: FastifyInstance, logger: Logger): Promise<void> {
  // In a checkout it is not there before the first build.
  await mkdir(BUILT_ASSETS, { recursive: true }).catch(() => {});
  const build = createBuild(moduleLogger(logger, 'console'));
  scope.addHook('onClose', async () => build.stop());
  scope.addHook('onRequest', async (_request, reply) => {
    reply.headers({ 'Referrer-Policy': 'no-referrer', 'Cross-Origin-Opener-Policy': 'same-origin' });
  });
  scope.register(fastifyStatic, {
    root: BUILT_ASSETS,
    prefix: '/console/assets/',
    decorateReply: false,
    // Their names change whenever they do.
    immutable: true,
    maxAge: '365d',
    preCompressed: true,
    wildcard: true,
    index: false,
  });
  scope.get('/console', (_request, reply) => page(reply));
  scope.get('/console/*', (_request, reply) => page(reply));

  async function page(reply: FastifyReply): Promise<FastifyReply> {
    const state = await build.ready();
    const nonce = randomBytes(16).toString('base64');
    reply
      .type('text/html; charset=utf-8')
      .headers({ 'Cache-Control': 'no-store', 'Content-Security-Policy': contentSecurityPolicy(nonce) });
    if (state.kind !== 'built') {
      return reply
        .code(state.kind === 'failed' ? 500 : 503)
        .header('Retry-After', '1')
        .send(waitingPage(state.kind, nonce));
    }
    const html = await readFile(join(BUILT, 'index.html'), 'utf8');
    return reply.send(html.replaceAll(NONCE_PLACE, nonce));
  }
}

function waitingPage(kind: 'building' | 'failed', nonce: string): string {
  const refresh = kind === 'building' ? '<meta http-equiv="refresh" content="1">' : '';
  const text =
    kind === 'building'
      ? 'The console is being built. It opens by itself in a few seconds.'
      : 'The console could not be built. The server’s log says why.';
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
${refresh}
<title>Confab</title>
<style nonce="${nonce}">
  :root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
  body { display: grid; place-items: center; min-height: 100vh; margin: 0; padding: 1rem; box-sizing: border-box; }
</style>
</head>
<body><main><h1>Confab</h1><p role="status">${text}</p></main></body>
</html>
`;
}
