import { resolve } from 'node:path';
import * as checks from './checks.ts';
import { ConfigError, type Problem } from './config-error.ts';
import { isLoopbackHost } from './hosts.ts';
import { type LimitProfile, limitsWith } from './limits.ts';
import { mediaS3Contradictions, readMediaS3, secretAccessKey } from './media-s3.ts';
import { natsContradictions, natsServers, readNats } from './nats.ts';
import { idleTokenSettings, readTokenService, tokenServiceContradictions } from './token-service.ts';
import {
  type Config,
  type ConfigInput,
  JOIN_POLICIES,
  LOG_LEVELS,
  type ResolvedConfig,
  type Secrets,
  type Setting,
} from './types.ts';
import { VARIABLES } from './variables.ts';

/** Validates options and fills in the defaults, for a server inside another program. Throws ConfigError. */
export function resolveConfig(input: ConfigInput, cwd: string = process.cwd()): ResolvedConfig {
  const known = new Set<string>(VARIABLES.map(({ setting }) => setting));
  const problems = Object.keys(input)
    .filter((name) => !known.has(name))
    .map((name) => ({ setting: name, fault: 'is not an option that Confab knows' }));
  return resolveSettings(input, { cwd, problems, nameOf: (setting) => setting });
}

interface Context {
  /** Absolute. */
  readonly cwd: string;
  /** What was found wrong before; it is reported together with what is found here. */
  readonly problems: Problem[];
  /** The name under which a setting was given, or could have been. */
  readonly nameOf: (setting: Setting) => string;
}

/** Validates settings from any source and sets the secrets apart. Throws ConfigError with all problems. */
export function resolveSettings(
  given: Readonly<Partial<Record<Setting, unknown>>>,
  { cwd, problems, nameOf }: Context,
): ResolvedConfig {
  const read = <T>(setting: Setting, check: checks.Check<T>): T | undefined => {
    if (given[setting] === undefined) return undefined;
    const checked = check(given[setting]);
    if ('value' in checked) return checked.value;
    problems.push({ setting: nameOf(setting), fault: checked.fault });
    return undefined;
  };
  const readPath = (setting: Setting): string | undefined => {
    const path = read(setting, checks.path);
    return path === undefined ? undefined : resolve(cwd, path);
  };

  const certFile = readPath('tlsCert');
  const keyFile = readPath('tlsKey');
  const limitProfile: LimitProfile = read('limits', checks.oneOf(['hosted'])) ?? 'default';
  const config: Config = {
    host: read('host', checks.host) ?? '127.0.0.1',
    port: read('port', checks.port) ?? 4000,
    dataDir: readPath('dataDir') ?? resolve(cwd, '.confab'),
    database: given.databaseUrl === undefined ? 'sqlite' : 'postgresql',
    publicUrl: read('publicUrl', checks.baseUrl),
    mediaUrl: read('mediaUrl', checks.baseUrl),
    mediaS3: readMediaS3(read),
    allowedHosts: read('allowedHosts', checks.listOf(checks.host)) ?? [],
    trustedProxies: read('trustedProxies', checks.listOf(checks.network)) ?? [],
    allowedOrigins: read('allowedOrigins', checks.listOf(checks.origin)) ?? [],
    tokenService: readTokenService(read),
    join: read('join', checks.oneOf(JOIN_POLICIES)) ?? 'sid',
    webhookAllow: read('webhookAllow', checks.listOf(checks.hostOrNetwork)) ?? [],
    nats: readNats(read, readPath('natsCredsFile')),
    dev: read('dev', checks.flag) ?? false,
    seedFile: readPath('seed'),
    tls: certFile === undefined || keyFile === undefined ? undefined : { certFile, keyFile },
    logLevel: read('logLevel', checks.oneOf(LOG_LEVELS)) ?? 'info',
    limitProfile,
    limits: limitsWith(limitProfile, given.limitOverrides, { setting: nameOf('limitOverrides'), problems }),
    firstCredentials: {
      accountSid: read('accountSid', checks.sid('AC')),
      apiKey: read('apiKey', checks.sid('SK')),
      chatServiceSid: read('chatServiceSid', checks.sid('IS')),
    },
  };
  const secrets: Secrets = {
    masterKey: read('masterKey', checks.masterKey),
    masterKeyPrevious: read('masterKeyPrevious', checks.masterKey),
    databaseUrl: read('databaseUrl', checks.databaseUrl),
    authToken: read('authToken', checks.longSecret),
    apiSecret: read('apiSecret', checks.longSecret),
    mediaS3SecretAccessKey: read('mediaS3SecretAccessKey', secretAccessKey),
    natsServers: read('natsUrl', natsServers),
  };

  problems.push(...contradictions(given, config, nameOf));
  if (problems.length > 0) throw new ConfigError(problems);
  return { config, secrets, warnings: [...doubts(config, nameOf), ...idleTokenSettings(given, nameOf)] };
}

/** What is wrong with settings that are each right. */
function contradictions(
  given: Readonly<Partial<Record<Setting, unknown>>>,
  config: Config,
  nameOf: Context['nameOf'],
): Problem[] {
  const problems: Problem[] = [];
  const complain = (setting: Setting, fault: string) => problems.push({ setting: nameOf(setting), fault });

  if (config.dev && !isLoopbackHost(config.host)) {
    complain(
      'dev',
      `is on, and ${nameOf('host')} is ${config.host}: development mode trusts every caller, so it listens on 127.0.0.1, ::1 or localhost only`,
    );
  }
  if (given.databaseUrl !== undefined && given.masterKey === undefined) {
    complain(
      'masterKey',
      `is required with ${nameOf('databaseUrl')}: every node needs the same key, and none may lie in the database`,
    );
  }
  if (given.tlsCert !== undefined && given.tlsKey === undefined)
    complain('tlsKey', `is required with ${nameOf('tlsCert')}`);
  if (given.tlsKey !== undefined && given.tlsCert === undefined)
    complain('tlsCert', `is required with ${nameOf('tlsKey')}`);
  return [
    ...problems,
    ...mediaS3Contradictions(given, nameOf),
    ...natsContradictions(given, nameOf),
    ...tokenServiceContradictions(given, nameOf),
  ];
}

function doubts(config: Config, nameOf: Context['nameOf']): string[] {
  const warnings: string[] = [];
  if (config.allowedOrigins.length > 0 && !config.dev) {
    warnings.push(`${nameOf('allowedOrigins')} has no effect outside development mode.`);
  }
  if (!isLoopbackHost(config.host) && config.tls === undefined && !config.publicUrl?.startsWith('https:')) {
    warnings.push(
      `${nameOf('host')} is ${config.host} without TLS: passwords and access tokens cross the network in clear text. ` +
        `Set ${nameOf('tlsCert')} and ${nameOf('tlsKey')}, or put a TLS proxy in front and its address in ${nameOf('publicUrl')}.`,
    );
  }
  return warnings;
}
