import { fieldsOf, RestError, rest } from '../../api/rest.ts';
import { type Action, useAction } from '../../api/use-action.ts';

export interface TokenWish {
  serviceSid: string;
  identity: string;
  /** Seconds. */
  ttl?: string;
  /** The account's first key when absent. */
  apiKeySid?: string | undefined;
}

export interface MadeToken {
  token: string;
  apiKeySid: string;
  expiresIn: number;
}

/** Makes an Access Token for whomever it is told. */
export async function mintToken({ serviceSid, identity, ttl, apiKeySid }: TokenWish): Promise<MadeToken> {
  const made = fieldsOf(
    await rest(`/confab/v1/Services/${serviceSid}/Tokens`, {
      form: { Identity: identity, Ttl: ttl, ApiKeySid: apiKeySid },
    }),
  );
  const { token, api_key_sid, expires_in } = made;
  if (typeof token !== 'string') throw new RestError(0, 'The answer of the server is no token.');
  return { token, apiKeySid: String(api_key_sid), expiresIn: Number(expires_in) };
}

export function useMint(action: Pick<Action<TokenWish, MadeToken>, 'onDone'> = {}) {
  return useAction({ run: mintToken, changes: [], ...action });
}
