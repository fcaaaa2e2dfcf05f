import {
  type Authenticator,
  createTokenHandler,
  forwardAuth,
  type MintRecord,
  oidcToken,
  type RefusalRecord,
  toFastifyHandler,
} from '@confab/access-token/handler';
import type { FastifyInstance } from 'fastify';
import { networksOf, type TokenServiceConfig } from '../config/index.ts';
import { findTokenSigner, nameInService } from '../domain/index.ts';
import { type Logger, moduleLogger } from '../logging.ts';
import { callerAddress } from './caller-address.ts';
import type { HttpContext } from './context.ts';

const PATH = '/token';

/** Nobody looks at the body; some clients send one with every POST. */
const BODY_BYTES = 16_384;

/**
 * `POST /token`: an Access Token for whoever an identity provider or another service of the app knows, for those who have no backend of
 * their own. Off unless it is configured. Each token is logged: without the token, and unless the level is `debug`, with a hash for the name, as
 * erasures have it, so that logs need not be searched when a person is erased. `scope` is the route's own: it reads no bodies.
 */
export function addTokenServiceRoute(scope: FastifyInstance, context: HttpContext, service: TokenServiceConfig): void {
  const { config, limits, read, secretBox, clock, defaultSids } = context;
  const logger = moduleLogger(context.logger, 'token-service');
  const now = (): number => clock.now();
  const signs = () => {
    const sids = defaultSids();
    return { apiKey: service.apiKey ?? sids.apiKey, chatServiceSid: service.chatServiceSid ?? sids.chatServiceSid };
  };
  const nameHashOf = (serviceSid: string, identity: string): string =>
    secretBox.hashesOf(nameInService(serviceSid, 'identity', identity))[0];
  const handler = createTokenHandler({
    authenticate: authenticatorOf(service.login, now),
    credentials: () => findTokenSigner(read, secretBox, signs()),
    grants: () => ({ chat: { serviceSid: signs().chatServiceSid } }),
    ttl: service.ttl,
    allowedOrigins: service.origins,
    limits: {
      perCaller: { max: limits.tokenRequestsPerAddress, windowSeconds: 60 },
      perIdentity: { max: limits.tokensPerIdentity, windowSeconds: 60 },
    },
    onMint: (record) => logMint(logger, record, nameHashOf),
    onRefuse: (record) => logRefusal(logger, record),
    now,
  });
  scope.addHook('onReady', async () => {
    const signer = await findTokenSigner(read, secretBox, signs());
    if ('unavailable' in signer) logger.error({ reason: signer.unavailable }, 'the token service cannot make tokens');
    else logger.info({ ...signs(), login: service.login.kind }, 'the token service is on');
  });
  const serve = toFastifyHandler(handler);
  const trustedProxies = networksOf(config.trustedProxies);

  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: BODY_BYTES }, (_request, _body, done) => done(null));
  scope.route({
    method: ['POST', 'OPTIONS'],
    url: PATH,
    handler: ({ raw, id }, reply) => serve({ raw, id, ip: callerAddress(raw, trustedProxies) }, reply),
  });
}

function authenticatorOf(login: TokenServiceConfig['login'], now: () => number): Authenticator {
  if (login.kind === 'forward-auth') return forwardAuth(login);
  const { issuer, audience, authorizedParties, jwksUrl, claim } = login;
  return oidcToken({ issuer, audience, authorizedParties, jwksUrl, identity: claim, now });
}

function logMint(
  logger: Logger,
  { identity, accountSid, apiKey, ttl, grants, sender }: MintRecord,
  nameHashOf: (serviceSid: string, identity: string) => string,
): void {
  const { requestId, address } = sender;
  const chatServiceSid = grants.chat?.serviceSid;
  const who = {
    ...(chatServiceSid !== undefined && { nameHash: nameHashOf(chatServiceSid, identity) }),
    ...(logger.isLevelEnabled('debug') && { identity }),
  };
  logger.info({ requestId, address, ...who, accountSid, apiKey, chatServiceSid, ttl }, 'token made');
}

/** What only the operator can mend is an error; everything else is the caller's own affair. */
function logRefusal(logger: Logger, { status, reason, sender, error }: RefusalRecord): void {
  const { requestId, address } = sender;
  const level = status >= 500 ? 'error' : 'info';
  logger[level]({ requestId, address, status, reason, ...(error !== undefined && { err: error }) }, 'no token made');
}
