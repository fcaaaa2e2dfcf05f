import { createHash, randomUUID } from 'node:crypto';
import type { Limits } from '../../config/index.ts';
import {
  type BeforeHook,
  findPreWebhook,
  nameOf,
  type PendingAction,
  type PreWebhook,
  type ReadDb,
} from '../../domain/index.ts';
import { preActionParameters } from '../../events/index.ts';
import type { SecretBox } from '../../secrets/index.ts';
import type { HookOutcome, HookParams, SendHook } from '../sender/index.ts';
import { alterationsOf } from './answer.ts';
import { createWaitingCommands } from './waiting-commands.ts';

/** One webhook that was asked, and what it answered. */
export interface PreActionAttempt {
  accountId: number;
  /** SID of the service or account whose configuration it is. */
  ownerSid: string;
  event: PendingAction['event'];
  conversationSid: string | undefined;
  url: string;
  method: 'GET' | 'POST';
  idempotencyToken: string;
  parameters: HookParams;
  outcome: HookOutcome;
}

export interface PreActionOptions {
  read: ReadDb;
  secretBox: SecretBox;
  send: SendHook;
  limits: Pick<Limits, 'webhookTimeoutMs' | 'preActionCommandsWaiting'>;
  onAttempt(attempt: PreActionAttempt): void;
}

/**
 * Asks the webhook that a service, or else its account, has configured for the event (webhooks 1 and 3). One try, of 5 s at most, whatever
 * the URL says. Commands that have no such webhook wait for nothing but a look at the configuration.
 */
export function createPreAction({ read, secretBox, send, limits, onAttempt }: PreActionOptions): BeforeHook {
  const commands = createWaitingCommands(limits.preActionCommandsWaiting);

  return async (action) => {
    const hook = await findPreWebhook(read, action.service, action.event);
    if (hook === undefined) return undefined;
    return commands.run(action.service.id, async () => {
      await action.rehearse();
      const facts = await action.tell();
      if (facts === undefined) return undefined;
      return alterationsOf(await ask(hook, action, facts));
    });
  };

  async function ask(hook: PreWebhook, action: PendingAction, facts: object): Promise<HookOutcome> {
    const { event, service, conversationSid, origin } = action;
    const { accountId, accountSid, ownerSid, url, method } = hook;
    const told = { event, facts, origin, actor: nameOf(action.actor) };
    const parameters = preActionParameters(told, { accountSid, serviceSid: service.sid });
    const idempotencyToken = tokenOf(action);
    const authToken = secretBox.open(hook.authToken, accountSid);
    const longestMs = limits.webhookTimeoutMs;
    const outcome = await send({ method, url, params: parameters, idempotencyToken, authToken, longestMs });
    onAttempt({ accountId, ownerSid, event, conversationSid, url, method, idempotencyToken, parameters, outcome });
    return outcome;
  }
}

/** A request that is sent again with its key asks with the same token again. */
function tokenOf({ once, event }: PendingAction): string {
  if (once === undefined) return randomUUID();
  const { serviceId, principal, operation, key, hash } = once;
  const digest = createHash('sha256')
    .update(JSON.stringify([event, serviceId, principal, operation, key, hash]))
    .digest();
  // RFC 9562 5.8: version 8, of our own making.
  digest[6] = ((digest[6] ?? 0) & 0x0f) | 0x80;
  digest[8] = ((digest[8] ?? 0) & 0x3f) | 0x80;
  const hex = digest.toString('hex').slice(0, 32);
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
