export { type ConnectionOverrides, connectionOverrides, type RetryPolicy } from './connection-overrides.ts';
export type { Resolve, TargetRules } from './resolve-target.ts';
export {
  createHookSender,
  type Hook,
  type HookOutcome,
  type HookSenderOptions,
  type SendHook,
} from './send-hook.ts';
export { type HookParams, signatureOf } from './signature.ts';
