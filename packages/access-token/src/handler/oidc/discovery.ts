import { isJsonObject, own } from '../../verify/json-object.ts';

/** `jwks_uri` of a provider's configuration, if that names the issuer that was asked (OpenID Connect Discovery 1.0, 4.3). */
export function readJwksUri(text: string, issuer: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  return isJsonObject(value) && own(value, 'issuer') === issuer ? own(value, 'jwks_uri') : undefined;
}
