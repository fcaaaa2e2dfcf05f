export type { ApiContext } from './context.ts';
export { OPERATIONS, registerApi } from './register-api.ts';
