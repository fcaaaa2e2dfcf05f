import {
  anyOf,
  arrayOf,
  boolean,
  links,
  nullable,
  object,
  type Resource,
  sidOf,
  string,
  time,
  uri,
} from './resource.ts';

const account = { account_sid: sidOf('AC') };
const service = { chat_service_sid: sidOf('IS') };
const times = { date_created: time, date_updated: time };
const method = nullable(anyOf(['GET', 'POST']));

/** Services, and the configuration of account and service (REST API 9). By the nouns of their paths; `service.` where only services have it. */
export const configurationResources: Readonly<Record<string, Resource>> = {
  services: {
    name: 'service',
    list: 'services',
    properties: { sid: sidOf('IS'), ...account, friendly_name: string, ...times, url: uri, links },
  },
  configuration: {
    name: 'configuration',
    properties: {
      ...account,
      default_chat_service_sid: nullable(sidOf('IS')),
      default_messaging_service_sid: nullable(sidOf('MG')),
      default_inactive_timer: nullable(string),
      default_closed_timer: nullable(string),
      url: uri,
      links,
    },
  },
  'configuration.webhooks': {
    name: 'webhook configuration',
    properties: {
      ...account,
      method,
      filters: nullable(arrayOf(string)),
      pre_webhook_url: nullable(string),
      post_webhook_url: nullable(string),
      target: anyOf(['webhook', 'flex']),
      url: uri,
    },
  },
  'configuration.addresses': {
    name: 'address configuration',
    list: 'address_configurations',
    properties: {
      sid: sidOf('IG'),
      ...account,
      type: string,
      address: string,
      friendly_name: nullable(string),
      auto_creation: object,
      address_country: nullable(string),
      ...times,
      url: uri,
    },
  },
  content: {
    name: 'content template',
    list: 'contents',
    properties: {
      sid: sidOf('HX'),
      ...account,
      friendly_name: nullable(string),
      language: string,
      variables: object,
      types: object,
      ...times,
      url: uri,
      links: object,
    },
  },
  credentials: {
    name: 'push credential',
    list: 'credentials',
    properties: {
      sid: sidOf('CR'),
      ...account,
      friendly_name: nullable(string),
      type: anyOf(['apn', 'gcm', 'fcm']),
      sandbox: nullable(string),
      ...times,
      url: uri,
    },
  },
  'services.configuration': {
    name: 'service configuration',
    properties: {
      ...service,
      default_conversation_creator_role_sid: sidOf('RL'),
      default_conversation_role_sid: sidOf('RL'),
      default_chat_service_role_sid: sidOf('RL'),
      reachability_enabled: boolean,
      url: uri,
      links,
    },
  },
  'services.configuration.notifications': {
    name: 'service notification',
    properties: {
      ...account,
      ...service,
      new_message: object,
      added_to_conversation: object,
      removed_from_conversation: object,
      log_enabled: boolean,
      url: uri,
    },
  },
  'services.configuration.webhooks': {
    name: 'service webhook configuration',
    properties: {
      ...account,
      ...service,
      pre_webhook_url: nullable(string),
      post_webhook_url: nullable(string),
      filters: nullable(arrayOf(string)),
      method,
      url: uri,
    },
  },
  'services.bindings': {
    name: 'push binding',
    list: 'bindings',
    properties: {
      sid: sidOf('BS'),
      ...account,
      ...service,
      credential_sid: nullable(sidOf('CR')),
      endpoint: nullable(string),
      identity: string,
      binding_type: anyOf(['apn', 'gcm', 'fcm', 'twilsock']),
      message_types: arrayOf(string),
      ...times,
      url: uri,
    },
  },
};
