import { mintToken } from '../domain/index.ts';
import { serviceOperation } from './operation.ts';
import { integer, required, sid, text } from './params.ts';

/** Access Tokens for whoever is named. Not of the original service, which leaves it to libraries. */
export const tokenOperations = [
  serviceOperation({
    id: 'CreateToken',
    root: '/confab/v1',
    method: 'POST',
    path: '/Tokens',
    status: 201,
    // A token cannot be told again, and another is as good.
    repeatable: true,
    params: { Identity: required(text), Ttl: integer({ minimum: 1, maximum: 86_400 }), ApiKeySid: sid('SK') },
    async handle({ actor, context, service }, { Identity: identity, Ttl: ttl, ApiKeySid: apiKeySid }) {
      const { execute, secretBox } = context;
      const made = await execute(mintToken, actor, { secretBox, service, identity, ttl, apiKeySid });
      return {
        token: made.token,
        identity: made.identity,
        expires_in: made.ttl,
        api_key_sid: made.apiKeySid,
        account_sid: service.account_sid,
        chat_service_sid: service.sid,
      };
    },
  }),
];
