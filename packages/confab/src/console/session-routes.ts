import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import {
  type AccountActor,
  type ConsoleSession,
  consoleSessionToken,
  developmentCredential,
  endConsoleSessions,
  openConsoleSession,
  provenCredential,
  renewableSession,
} from '../domain/index.ts';
import { basicCredentials, HttpError, isDirectFromLoopback, notAuthenticated } from '../http/index.ts';
import {
  type ConsoleContext,
  isOwnOrigin,
  type Renewal,
  renewalOf,
  SESSION_PATH,
  sessionCookie,
} from './session-cookie.ts';

/** Requests have no body: credentials come in a header, as to the REST API. */
const BODY_BYTES = 1024;

/**
 * The session of the console.
 *
 * - `POST /console/session` with HTTP Basic credentials signs in: account SID and auth token, or an API key and its secret.
 * - `POST /console/session?development` signs in without any, in development mode and from this machine only.
 * - `POST /console/session` with the cookie alone renews what the console sends to the REST API.
 * - `DELETE /console/session` signs out, and with `?everywhere` all sessions of the account.
 */
export function addSessionRoutes(scope: FastifyInstance, context: ConsoleContext): void {
  const { config, read, clock, execute } = context;
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: BODY_BYTES }, (_request, _body, done) => done(null));
  scope.addHook('onRequest', async (request, reply) => {
    reply.header('Cache-Control', 'no-store');
    if (!isOwnOrigin(request, config)) {
      throw new HttpError(403, 20003, 'The session of the console is for pages of this console only.');
    }
  });

  scope.post(SESSION_PATH, async (request, reply) => {
    const { authorization } = request.headers;
    if (authorization !== undefined) return signIn(request, reply, await provenBy(request, authorization));
    if (new URL(request.url, 'http://console').searchParams.has('development')) {
      return signIn(request, reply, await trusted(request));
    }
    const signedIn = await signedInBy(request);
    if (signedIn === undefined) throw forgetful(reply);
    return answer(signedIn.actor, signedIn.session);
  });

  scope.delete(SESSION_PATH, async (request, reply) => {
    const signedIn = await signedInBy(request);
    reply.header('Set-Cookie', sessionCookie(config, undefined, 0));
    if (signedIn === undefined) return reply.code(204).send();
    const everywhere = new URL(request.url, 'http://console').searchParams.has('everywhere');
    await execute(endConsoleSessions, signedIn.actor, everywhere ? {} : { sid: signedIn.session.sid });
    return reply.code(204).send();
  });

  async function provenBy(request: FastifyRequest, authorization: string) {
    // Counts wrong ones, and keeps those away who guess.
    const { address } = await scope.requireAccount(request);
    const credentials = basicCredentials(authorization);
    const proven = credentials && (await provenCredential(read, context.secretBox, credentials, clock.now()));
    if (proven === undefined) throw notAuthenticated();
    return { ...proven, actor: { ...proven.actor, address } };
  }

  async function trusted(request: FastifyRequest) {
    const credential =
      config.dev && isDirectFromLoopback(request) ? await developmentCredential(read, clock.now()) : undefined;
    if (credential !== undefined) return credential;
    throw new HttpError(403, 20003, 'Signing in without credentials is for development mode, from this machine.');
  }

  async function signIn(
    request: FastifyRequest,
    reply: FastifyReply,
    { actor, sealedSecret }: { actor: AccountActor; sealedSecret: string },
  ) {
    const before = renewalOf(request);
    const { renewal, ...session } = await execute(openConsoleSession, actor, { sealedSecret });
    if (before !== undefined) await endReplaced(before);
    const seconds = Math.ceil((session.ends_at - clock.now()) / 1000);
    reply.header('Set-Cookie', sessionCookie(config, { sid: session.sid, renewal }, seconds));
    return answer(actor, session);
  }

  /** Whoever signs in again has left the session that the browser had. */
  async function endReplaced(before: Renewal): Promise<void> {
    const old = await renewableSession(read, before, clock.now());
    if (old !== undefined) await execute(endConsoleSessions, old.actor, { sid: old.session.sid });
  }

  async function signedInBy(request: FastifyRequest) {
    const renewal = renewalOf(request);
    return renewal && (await renewableSession(read, renewal, clock.now()));
  }

  function answer(actor: AccountActor, session: ConsoleSession) {
    const { token, expiresAt } = consoleSessionToken(context.secretBox, session, clock.now());
    return {
      token,
      /** In seconds, so that the clock of the browser's machine does not matter. */
      expires_in: Math.max(0, Math.ceil((expiresAt - clock.now()) / 1000)),
      account_sid: actor.account.sid,
      credential_sid: actor.credentialSid,
      main: actor.main,
      development: config.dev,
    };
  }

  /** The cookie is of no use any more. */
  function forgetful(reply: FastifyReply): HttpError {
    reply.header('Set-Cookie', sessionCookie(config, undefined, 0));
    return new HttpError(401, 20003, 'Nobody is signed in.');
  }
}
