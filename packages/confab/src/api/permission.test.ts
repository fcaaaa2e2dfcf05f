import { describe, expect, it } from 'vitest';
import { permissionOf } from './permission.ts';
import { OPERATIONS } from './register-api.ts';

it.each([
  ['ListConversationMessage', '/v1', '/Conversations/{ConversationSid}/Messages', 'conversations.messages/list'],
  ['FetchConversationMessage', '/v1', '/Conversations/{ConversationSid}/Messages/{Sid}', 'conversations.messages/read'],
  ['UpdateConversation', '/v1', '/Conversations/{Sid}', 'conversations/update'],
  [
    'CreateConversationWithParticipants',
    '/v1',
    '/ConversationWithParticipants',
    'conversation-with-participants/create',
  ],
  ['FetchConfigurationWebhook', '/v1', '/Configuration/Webhooks', 'configuration.webhooks/read'],
  ['DeleteServiceBinding', '/v1', '/Services/{ChatServiceSid}/Bindings/{Sid}', 'services.bindings/delete'],
  ['ListAccount', '/2010-04-01', '/Accounts.json', 'accounts/list'],
  ['FetchAccount', '/2010-04-01', '/Accounts/{Sid}.json', 'accounts/read'],
  ['CreateNewSigningKey', '/2010-04-01', '/Accounts/{AccountSid}/SigningKeys.json', 'signing-keys/create'],
  ['EndSessions', '/confab/v1', '/Sessions/End', 'sessions/end'],
  ['RotateKey', '/confab/v1', '/Keys/{Sid}/Rotate', 'keys/rotate'],
] as const)('%s needs %s', (id, root, path, permission) => {
  expect(permissionOf({ id, root, path, forms: ['account', 'service'] })).toBe(permission);
});

it('tells what only a service has from what the account has under the same path', () => {
  const operation = { id: 'UpdateConfiguration', root: '/v1', path: '/Configuration' } as const;
  expect(permissionOf({ ...operation, forms: ['account'] })).toBe('configuration/update');
  expect(permissionOf({ ...operation, forms: ['service'] })).toBe('services.configuration/update');
});

it('refuses an operation whose name has no verb', () => {
  expect(() => permissionOf({ id: 'sessions', root: '/v1', path: '/Sessions', forms: ['account'] })).toThrow('no verb');
});

describe('every operation', () => {
  it('shares its permission only with the same one of another API or form', () => {
    const byPermission = Map.groupBy(OPERATIONS, (operation) => operation.permission);
    for (const [permission, operations] of byPermission) {
      const places = operations.map(
        ({ root, method, path, forms }) => `${root} ${method} ${path} ${forms.includes('account')}`,
      );
      // Keys have three APIs, and are the same in each; conversations can be found in another order than the original's.
      const apis = /^keys\/|^conversations\/(list|read)$/.test(permission)
        ? new Set(operations.map(({ root }) => root)).size
        : 1;
      expect(new Set(places).size, permission).toBe(apis);
      expect(operations, permission).toHaveLength(apis);
    }
  });

  it.each(OPERATIONS.map((operation) => [operation.permission, operation] as const))(
    'has a permission that fits its method: %s',
    (permission, { method, status }) => {
      expect(permission).toMatch(/^[a-z0-9-]+(\.[a-z0-9-]+)*\/[a-z]+$/);
      const action = permission.split('/')[1] ?? '';
      // To look at what connections say is a right of its own, though nothing is changed by it.
      expect(['read', 'list', 'open'].includes(action)).toBe(method === 'GET');
      expect(action === 'delete').toBe(method === 'DELETE');
      if (status === 201) expect(action).toBe('create');
    },
  );
});
