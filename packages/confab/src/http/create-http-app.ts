import { Server as HttpsServer } from 'node:https';
import {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  type FastifyServerOptions,
  fastify,
  LogController,
} from 'fastify';
import type { Config } from '../config/index.ts';
import { genReqId, moduleLogger } from '../logging.ts';
import { isBesideMedia } from './authority.ts';
import { basicAuth } from './basic-auth.ts';
import { limitBodyTime } from './body-deadline.ts';
import { answerClientError } from './client-error.ts';
import type { HttpContext } from './context.ts';
import { allowEveryOrigin, answerRestPreflight, isRestPath } from './cors.ts';
import { addDevTokenRoute } from './dev-token.ts';
import { errorHandler } from './errors.ts';
import { isRequestHostAllowed } from './host-check.ts';
import { HttpError } from './http-error.ts';
import { addProbes } from './probes.ts';
import { requestRecorder } from './request-log.ts';
import { pathOf } from './request-target.ts';
import { createTlsServer, reloadTlsOnChange } from './tls.ts';
import { answerUnknownRoutes } from './unknown-route.ts';

/** Bodies have a time of their own (`limitBodyTime`), headers that of `headersTimeout` (60 s). */
const REQUEST_TIMEOUT_MS = 0;

/** Above the idle time of common load balancers (60 s), so that it is they who close: no request meets a closing connection. */
const KEEP_ALIVE_TIMEOUT_MS = 72_000;

/** An identity of 256 characters, four bytes each, percent-encoded. */
const MAX_PATH_PARAMETER_LENGTH = 256 * 4 * 3;

/**
 * The HTTP application: host check, request ids, logs, metrics, error answers, and the routes that are not of one API. APIs add theirs
 * before it listens. Throws ConfigError when the TLS files cannot be used.
 */
export function createHttpApp(context: HttpContext): FastifyInstance {
  const { config, limits } = context;
  const logger = moduleLogger(context.logger, 'http');
  const handleError = errorHandler(logger);
  const record = requestRecorder(logger, context.metrics);
  const loggerInstance: FastifyBaseLogger = logger;
  const app = fastify({
    ...tlsOptions(config),
    requestTimeout: REQUEST_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
    loggerInstance,
    // Our own line says all there is to say, so that requests need no logger each.
    logController: new LogController({ disableRequestLogging: true }),
    childLoggerFactory: () => loggerInstance,
    genReqId,
    requestIdHeader: false,
    trustProxy: false,
    bodyLimit: limits.restBodyBytes,
    routerOptions: { maxParamLength: MAX_PATH_PARAMETER_LENGTH },
    // What still arrives on open connections while the server drains is served.
    return503OnClosing: false,
    clientErrorHandler: answerClientError,
    // What cannot be routed passes by the hooks.
    frameworkErrors: (error, request, reply) => {
      reply.raw.once('finish', () => record(request, reply, undefined));
      handleError(openRequest(request, reply, config) ?? error, request, reply);
    },
  });

  if (config.tls !== undefined && app.server instanceof HttpsServer) {
    app.addHook('onClose', reloadTlsOnChange(app.server, config.tls, logger));
  }
  closeConnectionsOnDrain(app);
  app.setErrorHandler(handleError);
  answerUnknownRoutes(app);
  app.addHook('onRequest', (request, reply, done) => {
    const refusal = openRequest(request, reply, config);
    if (refusal === undefined && request.method === 'OPTIONS' && isRestPath(pathOf(request)))
      answerRestPreflight(reply);
    else done(refusal);
  });
  limitBodyTime(app);
  app.addHook('onResponse', (request, reply, done) => {
    record(request, reply, request.routeOptions.url);
    done();
  });
  // One for all APIs: failures are counted together.
  app.decorate('requireAccount', context.requireAccount ?? basicAuth(context));
  addProbes(app, context);
  if (config.dev) addDevTokenRoute(app, context);
  addTokenService(app, context);
  return app;
}

/** Loaded only when it is on: it is a tenth of what a start has to load. */
function addTokenService(app: FastifyInstance, context: HttpContext): void {
  const { tokenService } = context.config;
  if (tokenService === undefined) return;
  app.register(async (scope) => {
    const { addTokenServiceRoute } = await import('./token-service.ts');
    addTokenServiceRoute(scope, context, tokenService);
  });
}

function tlsOptions({ tls }: Config): Pick<FastifyServerOptions, 'serverFactory'> {
  if (tls === undefined) return {};
  return {
    serverFactory(handler) {
      const server = createTlsServer(tls, handler);
      server.requestTimeout = REQUEST_TIMEOUT_MS;
      server.keepAliveTimeout = KEEP_ALIVE_TIMEOUT_MS;
      return server;
    },
  };
}

/** Clients keep connections for the next request: tell them not to, or the server would wait for them to lose interest. */
function closeConnectionsOnDrain(app: FastifyInstance): void {
  let draining = false;
  app.addHook('preClose', (done) => {
    draining = true;
    done();
  });
  app.addHook('onSend', (_request, reply, payload, done) => {
    if (draining) reply.header('Connection', 'close');
    done(null, payload);
  });
  // Those whose headers had left before: their connections were not idle when the idle ones were closed.
  app.addHook('onResponse', (_request, _reply, done) => {
    if (draining) setImmediate(() => app.server.closeIdleConnections());
    done();
  });
}

/** What happens to every request first: the headers that each answer has, and the host check, whose refusal is returned. */
function openRequest(request: FastifyRequest, reply: FastifyReply, config: Config): HttpError | undefined {
  reply.header('Twilio-Request-Id', request.id);
  reply.header('X-Content-Type-Options', 'nosniff');
  if (!isRequestHostAllowed(request.raw, config)) return misdirected();
  if (isBesideMedia(request.raw, pathOf(request), config)) return misdirected();
  if (isRestPath(pathOf(request))) allowEveryOrigin(reply);
  return undefined;
}

/** RFC 9110 15.5.20. */
function misdirected(): HttpError {
  return new HttpError(
    421,
    20001,
    'This server does not answer under that Host. List the name in CONFAB_ALLOWED_HOSTS, or set CONFAB_PUBLIC_URL.',
  );
}
