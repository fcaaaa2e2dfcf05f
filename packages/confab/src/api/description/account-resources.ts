import { anyOf, arrayOf, nullable, object, type Resource, rfcTime, sidOf, string, time, whole } from './resource.ts';

const ownTimes = { date_created: rfcTime, date_updated: rfcTime };

/** Accounts and keys, in both of their APIs (REST API 2), and what only Confab has. By the nouns of their paths. */
export const accountResources: Readonly<Record<string, Resource>> = {
  accounts: {
    name: 'account',
    list: 'accounts',
    properties: {
      sid: sidOf('AC'),
      owner_account_sid: sidOf('AC'),
      friendly_name: string,
      status: anyOf(['active', 'suspended', 'closed']),
      type: string,
      auth_token: nullable(string),
      ...ownTimes,
      uri: string,
      subresource_uris: object,
    },
  },
  keys: {
    name: 'API key',
    list: 'keys',
    properties: {
      sid: sidOf('SK'),
      friendly_name: string,
      ...ownTimes,
      secret: string,
      policy: nullable(object),
      flags: arrayOf(string),
    },
    optional: ['secret', 'policy', 'flags'],
  },
  'signing-keys': {
    name: 'signing key',
    list: 'signing_keys',
    properties: { sid: sidOf('SK'), friendly_name: string, ...ownTimes, secret: string },
    optional: ['secret'],
  },
  sessions: {
    name: 'session',
    properties: {
      total: whole,
      sessions: arrayOf({
        type: 'object',
        properties: {
          connection_id: string,
          account_sid: sidOf('AC'),
          chat_service_sid: sidOf('IS'),
          user_sid: sidOf('US'),
          identity: string,
          api_key_sid: sidOf('SK'),
          token_id: nullable(string),
          sdk: string,
          connected_at: time,
          token_expires_at: time,
        },
      }),
      ended: whole,
    },
    optional: ['total', 'sessions', 'ended'],
  },
};
