export { ConfigError } from './config/index.ts';
export { type DescribedPacket, FirstStartError, type Tap, type TapEvent } from './domain/index.ts';
export { SeedError, type SeedInput } from './seed/index.ts';
export type { ConnectionInfo, DropOptions, EmbeddedConnections } from './server/embedded-connections.ts';
export { type Confab, type ConfabOptions, startConfab, type TokenOptions } from './server/start-confab.ts';
