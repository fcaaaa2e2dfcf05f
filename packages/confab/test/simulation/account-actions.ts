import type { DatabaseSync } from 'node:sqlite';
import {
  type AccountActor,
  addParticipant,
  type ConversationRow,
  createConversation,
  DomainError,
  deleteUser,
  findConversation,
  findService,
  removeMessage,
  removeParticipant,
  revokeApiKey,
  type ServiceRef,
  sendMessage,
  serviceRef,
  updateConversation,
  updateMessage,
  updateRole,
} from '../../src/domain/index.ts';
import { CommitOutcomeUnknownError, StoreOverloadedError, StoreUnavailableError } from '../../src/store/index.ts';
import { IDENTITIES, type Stage } from './client-actions.ts';
import type { Operation } from './ledger.ts';
import { lifecycleActions } from './lifecycle-actions.ts';
import type { SimulatedNode } from './node.ts';
import type { Template } from './template.ts';
import type { World } from './world.ts';

/** What the account's actions are made with. */
export interface BackendTools {
  readonly stage: Stage;
  readonly actor: AccountActor;
  /** A row of something, chosen at random. */
  any(sql: string): Record<string, string> | undefined;
  /** Does something that leaves this effect in the event log. */
  run(node: SimulatedNode, effect: string, work: (service: ServiceRef) => Promise<unknown>): void;
  conversationOf(node: SimulatedNode, service: ServiceRef, sid: string): Promise<ConversationRow>;
}

export type BackendAction = (node: SimulatedNode) => void;

/** The operator's backend, which acts with the account's own credentials, as over REST. */
export interface Backend {
  /** Does something, on this node. */
  act(node: SimulatedNode): void;
}

/** The command was not applied. */
const REFUSALS = [DomainError, StoreUnavailableError, StoreOverloadedError] as const;

export function createBackend(world: World, stage: Stage, look: DatabaseSync, template: Template): Backend {
  const { random, trace, profile } = world;
  const { ledger } = stage;
  const joinPolicy = profile.joinPolicy;
  const account = look.prepare('SELECT id FROM accounts').get();
  const actor: AccountActor = {
    kind: 'account',
    account: { id: Number(account?.id), sid: template.accountSid, default_service_id: null },
    credentialSid: template.accountSid,
    main: true,
  };

  function any(sql: string): Record<string, string> | undefined {
    const row = random.any(look.prepare(sql).all());
    return row === undefined
      ? undefined
      : Object.fromEntries(Object.entries(row).map(([name, to]) => [name, String(to)]));
  }

  function run(node: SimulatedNode, effect: string, work: (service: ServiceRef) => Promise<unknown>): void {
    const operation = ledger.begin(effect);
    trace.note(`the account asks ${node.name} for ${effect}`);
    settle(node, operation, async () => {
      const row = await findService(node.read, actor.account.id, template.chatServiceSid);
      if (row === undefined) throw new Error('The service is not there.');
      await work(serviceRef(row));
    });
  }

  async function settle(node: SimulatedNode, operation: Operation, work: () => Promise<void>): Promise<void> {
    try {
      await work();
      if (node.isUp()) operation.acknowledged();
    } catch (error) {
      // Of a node that is gone nobody gets an answer.
      if (!node.isUp()) return;
      if (REFUSALS.some((refusal) => error instanceof refusal)) operation.refused();
      else if (!(error instanceof CommitOutcomeUnknownError)) world.violated(`${operation.effect}: ${error}`);
    }
  }

  async function conversationOf(node: SimulatedNode, service: ServiceRef, sid: string): Promise<ConversationRow> {
    const row = await findConversation(node.read, service.id, sid);
    if (row === undefined) throw new DomainError(20404, 404, 'no such conversation');
    return row;
  }

  const inConversation =
    (act: (node: SimulatedNode, sid: string) => void) =>
    (node: SimulatedNode): void => {
      const row = any('SELECT sid FROM conversations WHERE deleted_at IS NULL ORDER BY id');
      if (row?.sid !== undefined) act(node, row.sid);
    };

  const add = inConversation((node, sid) => {
    const attributes = JSON.stringify({ as: ledger.marker() });
    const identity = random.pick(IDENTITIES);
    run(node, `participant.added ${attributes}`, async (service) => {
      const conversation = await conversationOf(node, service, sid);
      return node.execute(addParticipant, actor, { service, conversation, identity, attributes, joinPolicy });
    });
  });

  const remove = inConversation((node, sid) => {
    const chosen = any(
      `SELECT p.sid FROM participants p JOIN conversations c ON c.id = p.conversation_id WHERE c.sid = '${sid}' ORDER BY p.id`,
    );
    if (chosen?.sid === undefined) return;
    const sidOrIdentity = chosen.sid;
    run(node, `participant.removed ${sidOrIdentity}`, async (service) => {
      const conversation = await conversationOf(node, service, sid);
      return node.execute(removeParticipant, actor, { service, conversation, sidOrIdentity });
    });
  });

  const send = inConversation((node, sid) => {
    const body = ledger.marker();
    const author = random.pick([undefined, 'alice']);
    run(node, `message.added ${body}`, async (service) => {
      const conversation = await conversationOf(node, service, sid);
      return node.execute(sendMessage, actor, { service, conversation, body, author });
    });
  });

  const rename = inConversation((node, sid) => {
    const friendlyName = ledger.marker();
    run(node, `conversation.updated ${friendlyName}`, async (service) => {
      const conversation = await conversationOf(node, service, sid);
      return node.execute(updateConversation, actor, { service, conversation, friendlyName });
    });
  });

  function toMessage(node: SimulatedNode): void {
    const chosen = any(
      'SELECT m.sid, c.sid AS conversation FROM messages m JOIN conversations c ON c.id = m.conversation_id ORDER BY m.id',
    );
    if (chosen?.sid === undefined || chosen.conversation === undefined) return;
    const { sid: messageSid, conversation: conversationSid } = chosen;
    const body = random.chance(0.5) ? ledger.marker() : undefined;
    const effect = body === undefined ? `message.removed ${messageSid}` : `message.updated ${body}`;
    run(node, effect, async (service): Promise<unknown> => {
      const conversation = await conversationOf(node, service, conversationSid);
      return body === undefined
        ? node.execute(removeMessage, actor, { service, conversation, messageSid })
        : node.execute(updateMessage, actor, { service, conversation, messageSid, body });
    });
  }

  function create(node: SimulatedNode): void {
    if (!stage.mayCreate()) return;
    const friendlyName = ledger.marker();
    run(node, `conversation.added ${friendlyName}`, (service) =>
      node.execute(createConversation, actor, { service, friendlyName }),
    );
  }

  /** Takes the right to join from all users, or gives it back. */
  function changeRole(node: SimulatedNode): void {
    const role = any("SELECT sid, permissions FROM roles WHERE friendly_name = 'service user'");
    if (role?.sid === undefined) return;
    const roleSid = role.sid;
    const others = ['createConversation', 'editOwnUserInfo'];
    const permissions = role.permissions?.includes('joinConversation') ? others : [...others, 'joinConversation'];
    run(node, `role.updated ${roleSid}`, (service) =>
      node.execute(updateRole, actor, { service, roleSid, permissions }),
    );
  }

  function revoke(node: SimulatedNode): void {
    const apiKeySid = template.keys[1].sid;
    run(node, `api_key.revoked ${apiKeySid}`, () => node.execute(revokeApiKey, actor, { apiKeySid }));
  }

  function forget(node: SimulatedNode): void {
    const user = any('SELECT sid FROM users ORDER BY id');
    if (user?.sid === undefined) return;
    const sidOrIdentity = user.sid;
    run(node, `user.removed ${sidOrIdentity}`, (service) =>
      node.execute(deleteUser, actor, { service, sidOrIdentity }),
    );
  }

  const actions: readonly (readonly [weight: number, BackendAction])[] = [
    [2, create],
    [10, add],
    [8, remove],
    [14, send],
    [6, toMessage],
    [4, rename],
    [2, changeRole],
    [1, revoke],
    [0.5, forget],
    ...lifecycleActions({ stage, actor, any, run, conversationOf }),
  ];
  return { act: (node) => random.weighted(actions)(node) };
}
