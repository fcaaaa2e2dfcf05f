import type { ErasureStepName } from '../personal-data.ts';
import type { ErasureStep } from '../step.ts';
import { auditLogStep } from './audit-log.ts';
import { conversationsStep } from './conversations.ts';
import { eventLogStep } from './event-log.ts';
import { filesStep } from './files.ts';
import { idempotencyKeysStep } from './idempotency-keys.ts';
import { joiningStep } from './joining.ts';
import { membershipsStep } from './memberships.ts';
import { messagesStep } from './messages.ts';
import { sessionEndsStep } from './session-ends.ts';
import { webhookAnswersStep } from './webhook-answers.ts';

/** What each step of an erasure does. */
export const STEPS: Readonly<Record<ErasureStepName, ErasureStep>> = {
  memberships: membershipsStep,
  joining: joiningStep,
  messages: messagesStep,
  conversations: conversationsStep,
  files: filesStep,
  event_log: eventLogStep,
  webhook_answers: webhookAnswersStep,
  idempotency_keys: idempotencyKeysStep,
  session_ends: sessionEndsStep,
  audit_log: auditLogStep,
};
