/** The longest credentials that are looked at: as much as Node takes of all headers. An ID token with many groups has some 10 kB. */
const MAX_LENGTH = 16_384;

/** What follows the scheme in `Authorization` (RFC 9110 11.6.2); undefined when it is absent, of another scheme, or too long. */
export function authorizationOf(request: Request, scheme: 'Basic' | 'Bearer'): string | undefined {
  const header = request.headers.get('authorization');
  if (header === null || header.length > MAX_LENGTH) return undefined;
  // One token68: a repeated header arrives as a list, and is nothing.
  const match = /^([A-Za-z]+) +([A-Za-z0-9._~+/-]+=*)$/.exec(header);
  return match?.[1]?.toLowerCase() === scheme.toLowerCase() ? match[2] : undefined;
}
