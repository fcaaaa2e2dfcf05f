/**
 * The value of the cookie; undefined when it is absent, or there more than once: then one of them may have been planted by another site of
 * the same domain (RFC 6265 8.6), and nothing says which.
 */
export function cookieOf(request: Request, name: string): string | undefined {
  const values = (request.headers.get('cookie') ?? '')
    .split(';')
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(`${name}=`))
    .map((pair) => pair.slice(name.length + 1));
  return values.length === 1 ? values[0] : undefined;
}
