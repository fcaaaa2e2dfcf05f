import type { Confab } from '../../packages/confab/src/index.ts';

/** Calls the REST API as the account does. Throws for anything but success. The caller says what of the answer they read. */
export function restClient(
  { url, accountSid, authToken }: Pick<Confab, 'url' | 'accountSid' | 'authToken'>,
  root: '/v1' | '/confab/v1' = '/v1',
) {
  const authorization = `Basic ${btoa(`${accountSid}:${authToken}`)}`;
  return async <Body = { sid: string }>(
    method: 'GET' | 'POST' | 'DELETE',
    path: string,
    params: Record<string, string> | URLSearchParams = {},
  ): Promise<Body> => {
    const answer = await fetch(`${url}${root}/${path}`, {
      method,
      headers: { authorization, 'content-type': 'application/x-www-form-urlencoded' },
      ...(method === 'POST' && { body: new URLSearchParams(params).toString() }),
    });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    return (answer.status === 204 ? { sid: '' } : await answer.json()) as Body;
  };
}
