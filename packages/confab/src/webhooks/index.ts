export { contentOf as webhookContent } from './delivery/content.ts';
export { createHooksAfter, type HooksAfter } from './hooks-after.ts';
export { createPreAction, type PreActionAttempt } from './pre-action/create-pre-action.ts';
export { keepPreAction } from './pre-action/keep-attempt.ts';
export {
  type ConnectionOverrides,
  connectionOverrides,
  createHookSender,
  type Hook,
  type HookOutcome,
  type HookParams,
  type Resolve,
  type SendHook,
  signatureOf,
  type TargetRules,
} from './sender/index.ts';
export { startWebhooks, type Webhooks } from './start-webhooks.ts';
