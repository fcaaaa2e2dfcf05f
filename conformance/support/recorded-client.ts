import twilio from 'twilio';
import type { Confab } from '../../packages/confab/src/index.ts';

/** One request that the official library made, and its answer. */
export interface Exchange {
  readonly method: string;
  readonly pathname: string;
  /** Names of the parameters in query, body and `X-Twilio-…` headers. */
  readonly parameters: readonly string[];
  readonly status: number;
  readonly body: unknown;
}

/** The official library, pointed at a server, and what it has exchanged with it. */
export function recordedClient({ url, accountSid, authToken }: Pick<Confab, 'url' | 'accountSid' | 'authToken'>) {
  const exchanges: Exchange[] = [];
  const inner = new twilio.RequestClient();
  const httpClient = Object.assign(new twilio.RequestClient(), {
    async request(options: Parameters<twilio.RequestClient['request']>[0]) {
      const response = await inner.request(options);
      const { pathname, searchParams } = new URL(options.uri);
      const headers = Object.keys(options.headers ?? {}).filter((name) => /^x-twilio-/i.test(name));
      const given = [Object(options.params), Object(options.data)].flatMap(namesOf);
      exchanges.push({
        method: options.method.toUpperCase(),
        pathname,
        parameters: [...given, ...searchParams.keys(), ...headers],
        status: response.statusCode,
        body: typeof response.body === 'string' && response.body !== '' ? JSON.parse(response.body) : response.body,
      });
      return response;
    },
  });
  const client = twilio(accountSid, authToken, { httpClient });
  client.conversations.baseUrl = url;
  client.api.baseUrl = url;
  client.iam.baseUrl = url;
  client.content.baseUrl = url;
  return { client, exchanges };
}

function namesOf(values: object): string[] {
  return Object.entries(values).flatMap(([name, value]) => (value === undefined ? [] : [name]));
}
