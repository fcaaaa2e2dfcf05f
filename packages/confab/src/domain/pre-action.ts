import type { EventOrigin, ReadDb } from '../store/seam.ts';
import type { Actor, ServiceRef } from './actor.ts';
import { DomainError } from './errors.ts';
import type { KeyedRequest } from './idempotency/keyed-request.ts';
import type { PreActionEvent } from './webhook/events.ts';

/** What a pre-action webhook may change of an action (webhooks 3). Absent: stays as it was asked for. */
export interface Alterations {
  friendlyName?: string | undefined;
  body?: string | undefined;
  author?: string | undefined;
  /** JSON text. */
  attributes?: string | undefined;
}

export interface TellContext {
  readonly actor: Actor;
  readonly read: ReadDb;
  readonly now: number;
}

/** How the webhooks that come before a command's change are told of it, and what they may change (webhooks 3 and 4). */
export interface PreAction<Input, Plan> {
  readonly event: PreActionEvent;
  service(plan: Plan): ServiceRef;
  /** SID of the conversation in which it happens, where there is one. */
  conversation?(plan: Plan): string;
  /** What would be, in the words of the event log. Undefined when what is to be changed is gone by now. */
  tell(context: TellContext, plan: Plan): Promise<object | undefined> | object;
  /** What is asked for, with what the webhook changed of it. Absent: it may change nothing. */
  alter?(input: Input, alterations: Alterations): Input;
}

/** A command that has been accepted so far, and is about to change something. */
export interface PendingAction {
  readonly event: PreActionEvent;
  readonly service: ServiceRef;
  readonly conversationSid: string | undefined;
  readonly actor: Actor;
  readonly origin: EventOrigin;
  /** The request that it comes from, if that may come again. */
  readonly once: KeyedRequest | undefined;
  /** Rejects with what the rules refuse it for: what is refused anyway is nothing to ask anybody about. Leaves no trace. */
  rehearse(): Promise<void>;
  tell(): Promise<object | undefined>;
}

/** What is asked before a change. Rejects when the change is refused; resolves with what is to be changed about it. */
export type BeforeHook = (action: PendingAction) => Promise<Alterations | undefined>;

/** The code is Confab's own: none of the original service is known (webhooks 3). */
export const refusedByWebhook = (): DomainError =>
  new DomainError(50399, 403, 'The change was refused by the pre-action webhook of the service or account.');
