import { AccessTokenError } from '@confab/access-token';
import formbody from '@fastify/formbody';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { HttpContext, MintedToken, TokenRequest } from './context.ts';
import { HttpError } from './http-error.ts';
import { isDirectFromLoopback, isOriginTrusted } from './local-caller.ts';

const PATH = '/dev/token';

/**
 * `POST /dev/token`: an Access Token for any identity, for trying things out without a backend. It trusts whoever asks, so it exists in
 * development mode only, and takes requests of this machine's programs and of trusted pages only (design 5).
 */
export function addDevTokenRoute(app: FastifyInstance, context: HttpContext): void {
  app.register(async (scope) => {
    await scope.register(formbody);
    scope.addHook('onRequest', async (request, reply) => checkCaller(request, reply, context));

    scope.options(PATH, async (_request, reply) =>
      reply
        .code(204)
        .headers({ 'Access-Control-Allow-Methods': 'POST', 'Access-Control-Allow-Headers': 'Content-Type' })
        .send(),
    );
    scope.post(PATH, async (request, reply) => {
      const asked = readTokenRequest(request.body);
      const { token, ttl, chatServiceSid } = await mint(context, asked);
      reply.header('Cache-Control', 'no-store');
      return { token, identity: asked.identity, expires_in: ttl, chat_service_sid: chatServiceSid };
    });
  });
}

function checkCaller(request: FastifyRequest, reply: FastifyReply, { config }: HttpContext): void {
  reply.header('Vary', 'Origin');
  if (!isDirectFromLoopback(request)) {
    throw refused('it is for programs on this machine that use a loopback name, without a proxy or tunnel in between');
  }
  const { origin } = request.headers;
  // Programs that are no browser send none.
  if (origin === undefined) return;
  if (!isOriginTrusted(origin, config)) {
    throw refused('pages of this origin are not trusted; list it in CONFAB_ALLOWED_ORIGINS if it is yours');
  }
  reply.header('Access-Control-Allow-Origin', origin);
}

function refused(why: string): HttpError {
  return new HttpError(403, 20003, `The development token endpoint refuses this request: ${why}.`);
}

async function mint({ mintToken }: HttpContext, asked: TokenRequest): Promise<MintedToken> {
  try {
    return await mintToken(asked);
  } catch (error) {
    if (error instanceof AccessTokenError) throw new HttpError(400, 20001, error.message);
    throw error;
  }
}

function readTokenRequest(body: unknown): TokenRequest {
  const fields = new Map<string, unknown>(typeof body === 'object' && body !== null ? Object.entries(body) : []);
  const identity = fields.get('identity');
  if (typeof identity !== 'string' || identity === '') throw badField('identity', 'is missing; give it as text');
  const chatServiceSid = fields.get('chatServiceSid');
  if (chatServiceSid !== undefined && typeof chatServiceSid !== 'string')
    throw badField('chatServiceSid', 'must be text');
  return { identity, ttl: readTtl(fields.get('ttl')), chatServiceSid };
}

function readTtl(given: unknown): number | undefined {
  if (given === undefined) return undefined;
  const ttl = typeof given === 'string' && /^[0-9]{1,9}$/.test(given) ? Number(given) : given;
  if (typeof ttl === 'number' && Number.isSafeInteger(ttl)) return ttl;
  throw badField('ttl', 'must be a whole number of seconds');
}

function badField(name: string, fault: string): HttpError {
  return new HttpError(400, 20001, `${name} ${fault}.`, { details: { parameter: name } });
}
