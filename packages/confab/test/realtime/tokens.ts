import { createHmac } from 'node:crypto';

export interface TokenParts {
  header?: Record<string, unknown>;
  claims?: Record<string, unknown>;
  secret?: string;
}

export interface Issuer {
  accountSid: string;
  apiKey: string;
  apiSecret: string;
  chatServiceSid: string;
}

/** Makes Access Tokens, right ones unless told otherwise, at a time in Unix seconds. */
export function tokenMaker({ accountSid, apiKey, apiSecret, chatServiceSid }: Issuer, now: () => number) {
  return (identity: string, { header, claims, secret = apiSecret }: TokenParts = {}): string => {
    const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
    const input = `${encode({ typ: 'JWT', alg: 'HS256', cty: 'twilio-fpa;v=1', ...header })}.${encode({
      jti: `${apiKey}-${now()}`,
      iss: apiKey,
      sub: accountSid,
      iat: now(),
      exp: now() + 3600,
      grants: { identity, chat: { service_sid: chatServiceSid } },
      ...claims,
    })}`;
    return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`;
  };
}
