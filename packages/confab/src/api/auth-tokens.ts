import {
  createSecondaryAuthToken,
  deleteSecondaryAuthToken,
  promoteSecondaryAuthToken,
  requireAccountRow,
} from '../domain/index.ts';
import { isoSeconds } from './dates.ts';
import { type Call, mainOperation } from './operation.ts';

/** The account's auth token, changed with an overlap: a second one is made, and then promoted (the original's accounts API). */
export const authTokenOperations = [
  mainOperation({
    id: 'FetchAuthTokens',
    method: 'GET',
    path: '/AuthTokens',
    status: 200,
    params: {},
    // Which ones there are. Not of the original service; what a retry of the others is answered with, since tokens are told once.
    async handle(call) {
      const { read } = call.context;
      const { updated_at, secondary_auth_token_created_at: since } = await requireAccountRow(
        read,
        call.actor.account.id,
      );
      return {
        account_sid: call.actor.account.sid,
        secondary_date_created: since === null ? null : isoSeconds(since),
        date_updated: isoSeconds(updated_at),
        url: `${call.base}/AuthTokens`,
      };
    },
  }),
  mainOperation({
    id: 'CreateSecondaryAuthToken',
    method: 'POST',
    path: '/AuthTokens/Secondary',
    status: 201,
    params: {},
    async handle(call) {
      const { execute, secretBox } = call.context;
      const { authToken, createdAt } = await execute(createSecondaryAuthToken, call.actor, { secretBox });
      return { ...shown(call, createdAt, 'Secondary'), secondary_auth_token: authToken };
    },
  }),
  mainOperation({
    id: 'DeleteSecondaryAuthToken',
    method: 'DELETE',
    path: '/AuthTokens/Secondary',
    status: 204,
    params: {},
    async handle(call) {
      await call.context.execute(deleteSecondaryAuthToken, call.actor, undefined);
    },
  }),
  mainOperation({
    id: 'PromoteAuthToken',
    method: 'POST',
    path: '/AuthTokens/Promote',
    status: 200,
    params: {},
    async handle(call) {
      const { execute, secretBox } = call.context;
      const { authToken, createdAt } = await execute(promoteSecondaryAuthToken, call.actor, { secretBox });
      return { ...shown(call, createdAt, 'Promote'), auth_token: authToken };
    },
  }),
];

function shown({ actor, base, context }: Call, createdAt: number, resource: string) {
  return {
    account_sid: actor.account.sid,
    date_created: isoSeconds(createdAt),
    date_updated: isoSeconds(context.clock.now()),
    url: `${base}/AuthTokens/${resource}`,
  };
}
