export type { ApiContext, LiveSession } from './context.ts';
export { OPERATIONS, registerApi } from './register-api.ts';
