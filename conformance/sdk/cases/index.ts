import type { ClassCases } from './case.ts';
import { clientCases } from './client.ts';
import { contentTemplateVariableCases } from './content-template-variable.ts';
import { conversationCases } from './conversation.ts';
import { mediaCases } from './media.ts';
import { messageCases } from './message.ts';
import { messageBuilderCases } from './message-builder.ts';
import { participantCases } from './participant.ts';
import { restPaginatorCases } from './rest-paginator.ts';
import { unsentMessageCases } from './unsent-message.ts';
import { userCases } from './user.ts';

/** Everything that the SDK offers to apps, class by class. */
export const ALL_CASES: readonly ClassCases[] = [
  clientCases,
  conversationCases,
  messageCases,
  messageBuilderCases,
  unsentMessageCases,
  mediaCases,
  restPaginatorCases,
  participantCases,
  userCases,
  contentTemplateVariableCases,
];
