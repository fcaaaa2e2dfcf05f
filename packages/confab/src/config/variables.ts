import type { Setting } from './types.ts';

/** A setting as the environment, the config file and the command line know it. */
export interface Variable {
  readonly name: string;
  readonly setting: Setting;
  /** How the text of its value is read. */
  readonly form: 'text' | 'number' | 'flag' | 'list' | 'numbers';
  /** Its value is not to be shown, and is better not given on the command line. */
  readonly secret: boolean;
}

function variable(name: string, setting: Setting, form: Variable['form'] = 'text'): Variable {
  return { name, setting, form, secret: false };
}

function secretVariable(name: string, setting: Setting): Variable {
  return { name, setting, form: 'text', secret: true };
}

/** Every variable there is, in the order of the documentation. */
export const VARIABLES: readonly Variable[] = [
  variable('PORT', 'port', 'number'),
  variable('CONFAB_HOST', 'host'),
  variable('CONFAB_DATA_DIR', 'dataDir'),
  secretVariable('CONFAB_DATABASE_URL', 'databaseUrl'),
  variable('CONFAB_PUBLIC_URL', 'publicUrl'),
  variable('CONFAB_MEDIA_URL', 'mediaUrl'),
  variable('CONFAB_MEDIA_S3_BUCKET', 'mediaS3Bucket'),
  variable('CONFAB_MEDIA_S3_ENDPOINT', 'mediaS3Endpoint'),
  variable('CONFAB_MEDIA_S3_REGION', 'mediaS3Region'),
  variable('CONFAB_MEDIA_S3_ACCESS_KEY_ID', 'mediaS3AccessKeyId'),
  secretVariable('CONFAB_MEDIA_S3_SECRET_ACCESS_KEY', 'mediaS3SecretAccessKey'),
  variable('CONFAB_ALLOWED_HOSTS', 'allowedHosts', 'list'),
  variable('CONFAB_TRUSTED_PROXIES', 'trustedProxies', 'list'),
  secretVariable('CONFAB_MASTER_KEY', 'masterKey'),
  secretVariable('CONFAB_MASTER_KEY_PREVIOUS', 'masterKeyPrevious'),
  variable('CONFAB_LIMITS', 'limits'),
  variable('CONFAB_LIMIT_OVERRIDES', 'limitOverrides', 'numbers'),
  variable('CONFAB_JOIN', 'join'),
  variable('CONFAB_WEBHOOK_ALLOW', 'webhookAllow', 'list'),
  secretVariable('CONFAB_NATS_URL', 'natsUrl'),
  variable('CONFAB_NATS_CREDS_FILE', 'natsCredsFile'),
  variable('CONFAB_NATS_STREAM', 'natsStream'),
  variable('CONFAB_TLS_CERT', 'tlsCert'),
  variable('CONFAB_TLS_KEY', 'tlsKey'),
  variable('CONFAB_LOG_LEVEL', 'logLevel'),
  variable('CONFAB_DEV', 'dev', 'flag'),
  variable('CONFAB_SEED', 'seed'),
  variable('CONFAB_ALLOWED_ORIGINS', 'allowedOrigins', 'list'),
  variable('CONFAB_TOKEN_OIDC_ISSUER', 'tokenOidcIssuer'),
  variable('CONFAB_TOKEN_OIDC_AUDIENCE', 'tokenOidcAudience', 'list'),
  variable('CONFAB_TOKEN_OIDC_AUTHORIZED_PARTIES', 'tokenOidcAuthorizedParties', 'list'),
  variable('CONFAB_TOKEN_OIDC_JWKS_URL', 'tokenOidcJwksUrl'),
  variable('CONFAB_TOKEN_OIDC_CLAIM', 'tokenOidcClaim'),
  variable('CONFAB_TOKEN_FORWARD_AUTH_URL', 'tokenForwardAuthUrl'),
  variable('CONFAB_TOKEN_FORWARD_AUTH_HEADER', 'tokenForwardAuthHeader'),
  variable('CONFAB_TOKEN_ORIGINS', 'tokenOrigins', 'list'),
  variable('CONFAB_TOKEN_API_KEY', 'tokenApiKey'),
  variable('CONFAB_TOKEN_CHAT_SERVICE_SID', 'tokenChatServiceSid'),
  variable('CONFAB_TOKEN_TTL', 'tokenTtl', 'number'),
  variable('CONFAB_ACCOUNT_SID', 'accountSid'),
  secretVariable('CONFAB_AUTH_TOKEN', 'authToken'),
  variable('CONFAB_API_KEY', 'apiKey'),
  secretVariable('CONFAB_API_SECRET', 'apiSecret'),
  variable('CONFAB_CHAT_SERVICE_SID', 'chatServiceSid'),
];

/** The command-line flag of a variable, without its dashes: `data-dir` for `CONFAB_DATA_DIR`. */
export function flagOf(variable: Variable): string {
  return variable.name
    .replace(/^CONFAB_/, '')
    .toLowerCase()
    .replaceAll('_', '-');
}

/**
 * The value that a text stands for. What cannot be read stays text, so that the setting's own check refuses it and
 * shows it as it was written.
 */
export function parseValue(variable: Variable, text: string): unknown {
  switch (variable.form) {
    case 'number':
      return /^[0-9]{1,9}$/.test(text) ? Number(text) : text;
    case 'flag':
      return /^(1|true)$/i.test(text) ? true : /^(0|false)$/i.test(text) ? false : text;
    case 'list':
      return partsOf(text);
    case 'numbers':
      return Object.fromEntries(partsOf(text).map(assignmentOf));
    case 'text':
      return text;
  }
}

function partsOf(text: string): string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

/** Of `name=1000`. */
function assignmentOf(part: string): [name: string, value: number | string] {
  const [name = '', value = ''] = part.split('=', 2).map((side) => side.trim());
  return [name, /^[0-9]{1,15}$/.test(value) ? Number(value) : value];
}
