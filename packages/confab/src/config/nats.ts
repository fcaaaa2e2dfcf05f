import type * as checks from './checks.ts';
import type { Problem } from './config-error.ts';
import { show } from './config-error.ts';
import type { NatsConfig, NatsServers, Setting } from './types.ts';

type Read = <T>(setting: Setting, check: checks.Check<T>) => T | undefined;

const DEFAULT_PORT = '4222';

/** One server or several of a cluster, with commas between. Not shown when it is wrong: it may hold a password. */
export const natsServers: checks.Check<NatsServers> = (given) => {
  const fault =
    'is no NATS URL (not shown: it may hold a password); expected nats://host:4222 or tls://user:password@host';
  const parts = typeof given === 'string' ? given.split(',').map((part) => part.trim()) : [];
  const urls = parts.flatMap((part) => URL.parse(part) ?? []);
  const [first] = urls;
  if (first === undefined || urls.length < parts.length) return { fault };
  const alike = urls.every(
    ({ protocol, hostname, pathname, search, hash }) =>
      /^(nats|tls):$/.test(protocol) &&
      protocol === first.protocol &&
      hostname !== '' &&
      /^\/?$/.test(pathname) &&
      search === '' &&
      hash === '',
  );
  if (!alike) return { fault };
  const login = urls.find(({ username }) => username !== '');
  try {
    return {
      value: {
        servers: urls.map(({ hostname, port }) => `${hostname}:${port || DEFAULT_PORT}`),
        tls: first.protocol === 'tls:',
        user: decodeURIComponent(login?.username ?? ''),
        password: decodeURIComponent(login?.password ?? ''),
      },
    };
  } catch {
    return { fault };
  }
};

/** The name of a stream as JetStream takes it. */
const streamName: checks.Check<string> = (given) =>
  typeof given === 'string' && /^[\x21-\x7e]{1,255}$/.test(given) && !/[.*>/\\]/.test(given)
    ? { value: given }
    : { fault: `is ${show(given)}; expected the name of a JetStream stream, without spaces, dots, * and >` };

/** What is told of the export to NATS beside where its servers are. */
export function readNats(read: Read, credsFile: string | undefined): NatsConfig {
  return { stream: read('natsStream', streamName), credsFile };
}

export function natsContradictions(
  given: Readonly<Partial<Record<Setting, unknown>>>,
  nameOf: (setting: Setting) => string,
): Problem[] {
  if (given.natsUrl !== undefined) return [];
  return (['natsCredsFile', 'natsStream'] as const)
    .filter((setting) => given[setting] !== undefined)
    .map((setting) => ({ setting: nameOf(setting), fault: `has no meaning without ${nameOf('natsUrl')}` }));
}
