export type { ApiContext, Connections, LiveConnection, LiveSession } from './context.ts';
export { OPERATIONS, registerApi } from './register-api.ts';
