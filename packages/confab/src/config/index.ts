export { databaseUrl } from './checks.ts';
export { ConfigError, type Problem } from './config-error.ts';
export { processEnvironment } from './environment.ts';
export { isLoopbackHost, networksOf, normalHost } from './hosts.ts';
export { DEFAULT_LIMITS, HOSTED_LIMITS, type Limits } from './limits.ts';
export { type ConfigSources, loadConfig } from './load-config.ts';
export { resolveConfig } from './resolve-config.ts';
export type {
  Config,
  ConfigInput,
  JoinPolicy,
  LogLevel,
  NatsConfig,
  NatsServers,
  ResolvedConfig,
  Secrets,
  TokenServiceConfig,
} from './types.ts';
export { flagOf, VARIABLES, type Variable } from './variables.ts';
