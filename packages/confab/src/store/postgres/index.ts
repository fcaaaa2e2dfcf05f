export { connectionOptions, type DatabaseTimes } from './connection-options.ts';
export { connected, openPostgresConnection } from './postgres-connection.ts';
export { endOrCut, trackSockets } from './sockets.ts';
