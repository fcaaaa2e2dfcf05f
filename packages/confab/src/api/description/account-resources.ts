import {
  anyOf,
  arrayOf,
  boolean,
  nullable,
  object,
  type Resource,
  rfcTime,
  sidOf,
  string,
  time,
  uri,
  whole,
} from './resource.ts';

const ownTimes = { date_created: rfcTime, date_updated: rfcTime };

const session = {
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
} as const;

const connection = {
  type: 'object',
  properties: {
    ...session.properties,
    age_seconds: whole,
    last_activity_at: time,
    received_frames: whole,
    received_bytes: whole,
    sent_frames: whole,
    sent_bytes: whole,
    subscriptions: whole,
    delay_ms: whole,
    bytes_per_second: nullable(whole),
  },
} as const;

const control = { connection_id: string, node: string, here: boolean };

/** Accounts and keys, in both of their APIs (REST API 2), and what only Confab has. By the nouns of their paths; `confab.` for extensions. */
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
      friendly_name: nullable(string),
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
    properties: { sid: sidOf('SK'), friendly_name: nullable(string), ...ownTimes, secret: string },
    optional: ['secret'],
  },
  'auth-tokens.secondary': {
    name: 'secondary auth token',
    properties: {
      account_sid: sidOf('AC'),
      secondary_auth_token: string,
      date_created: time,
      date_updated: time,
      url: uri,
    },
  },
  'auth-tokens': {
    name: 'auth token',
    properties: {
      account_sid: sidOf('AC'),
      auth_token: string,
      date_created: time,
      secondary_date_created: nullable(time),
      date_updated: time,
      url: uri,
    },
    optional: ['auth_token', 'date_created', 'secondary_date_created'],
  },
  'confab.keys': {
    name: 'API key details',
    list: 'keys',
    properties: {
      sid: sidOf('SK'),
      friendly_name: nullable(string),
      kind: anyOf(['main', 'standard', 'restricted']),
      policy: nullable(object),
      previous_secret_ends_at: nullable(time),
      last_used_at: nullable(time),
      date_created: time,
      date_updated: time,
      secret: string,
    },
    optional: ['secret'],
  },
  'confab.audit-log': {
    name: 'audit entry',
    list: 'audit_entries',
    properties: {
      account_sid: sidOf('AC'),
      actor: string,
      address: nullable(string),
      action: string,
      subject_sid: string,
      before: nullable(object),
      after: nullable(object),
      date_created: time,
    },
  },
  'confab.sessions': {
    name: 'session',
    properties: {
      total: whole,
      sessions: arrayOf(session),
      ended: whole,
    },
    optional: ['total', 'sessions', 'ended'],
  },
  'confab.connections': {
    name: 'connection',
    properties: { node: string, total: whole, connections: arrayOf(connection), ...connection.properties },
    optional: ['node', 'total', 'connections', ...Object.keys(connection.properties)],
  },
  'confab.tokens': {
    name: 'Access Token',
    properties: {
      token: string,
      identity: string,
      expires_in: whole,
      api_key_sid: sidOf('SK'),
      account_sid: sidOf('AC'),
      chat_service_sid: sidOf('IS'),
    },
  },
  'confab.taps': { name: 'event tap', properties: {} },
  'confab.connections.drop': { name: 'connection control', properties: control },
  'confab.connections.shape': { name: 'connection control', properties: control },
  'confab.connections.clear': { name: 'connection control', properties: control },
  'confab.webhook-deliveries': {
    name: 'webhook delivery',
    list: 'webhook_deliveries',
    properties: {
      sid: sidOf('WD'),
      account_sid: sidOf('AC'),
      target: string,
      conversation_sid: nullable(sidOf('CH')),
      event: string,
      state: anyOf(['waiting', 'delivered', 'failed']),
      late: boolean,
      tries: whole,
      webhook_url: uri,
      webhook_method: anyOf(['GET', 'POST']),
      date_created: time,
      date_updated: time,
      url: uri,
      parameters: nullable(object),
      attempts: arrayOf(object),
      target_failures: whole,
      target_paused_until: nullable(time),
    },
    optional: ['parameters', 'attempts', 'target_failures', 'target_paused_until'],
  },
  'confab.webhook-events': { name: 'webhook events', properties: { events: arrayOf(object), next: string } },
};
