export type { ApiContext, LiveSession, SessionFilter } from './context.ts';
export { OPERATIONS, registerApi } from './register-api.ts';
