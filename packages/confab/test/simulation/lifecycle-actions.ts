import {
  addParticipant,
  createConversation,
  createConversationWithParticipants,
  deleteConversation,
  updateConversation,
  updateParticipant,
  updateUser,
} from '../../src/domain/index.ts';
import type { BackendAction, BackendTools } from './account-actions.ts';
import { ADDRESSES, IDENTITIES, PROXY_ADDRESS } from './client-actions.ts';
import type { SimulatedNode } from './node.ts';

/** What the account alone does in the life of a conversation: its states and timers, roles, people without an app, and its end. */
export function lifecycleActions({
  stage,
  actor,
  any,
  run,
  conversationOf,
}: BackendTools): readonly (readonly [weight: number, BackendAction])[] {
  const { random, ledger } = stage;
  const attributes = (): string => JSON.stringify({ as: ledger.marker() });
  const anyConversation = (): string | undefined =>
    any('SELECT sid FROM conversations WHERE deleted_at IS NULL ORDER BY id')?.sid;

  /** One whose timers run out as soon as clocks jump. */
  function createWithTimers(node: SimulatedNode): void {
    if (!stage.mayCreate()) return;
    const friendlyName = ledger.marker();
    const timers = { inactiveTimer: 'PT1M', ...(random.chance(0.3) && { closedTimer: 'PT10M' }) };
    run(node, `conversation.added ${friendlyName}`, (service) =>
      node.execute(createConversation, actor, { service, friendlyName, state: 'active', ...timers }),
    );
  }

  function createWithParticipants(node: SimulatedNode): void {
    if (!stage.mayCreate()) return;
    const friendlyName = ledger.marker();
    const participants = [random.pick(IDENTITIES), random.pick(IDENTITIES)].map((identity) => ({
      identity,
      attributes: attributes(),
    }));
    run(node, `conversation.added ${friendlyName}`, (service) =>
      node.execute(createConversationWithParticipants, actor, { service, friendlyName, participants }),
    );
  }

  function changeState(node: SimulatedNode): void {
    const sid = anyConversation();
    if (sid === undefined) return;
    const friendlyName = ledger.marker();
    const state = random.pick(['active', 'inactive', 'inactive', 'closed']);
    run(node, `conversation.updated ${friendlyName}`, async (service) => {
      const conversation = await conversationOf(node, service, sid);
      return node.execute(updateConversation, actor, { service, conversation, friendlyName, state });
    });
  }

  function destroy(node: SimulatedNode): void {
    const sid = anyConversation();
    if (sid === undefined) return;
    run(node, `conversation.removed ${sid}`, async (service) => {
      const conversation = await conversationOf(node, service, sid);
      return node.execute(deleteConversation, actor, { service, conversation });
    });
  }

  function addByAddress(node: SimulatedNode): void {
    const sid = anyConversation();
    if (sid === undefined) return;
    const who = { address: random.pick(ADDRESSES), proxyAddress: PROXY_ADDRESS, attributes: attributes() };
    run(node, `participant.added ${who.attributes}`, async (service) => {
      const conversation = await conversationOf(node, service, sid);
      return node.execute(addParticipant, actor, { service, conversation, ...who, joinPolicy: 'never' });
    });
  }

  function giveRole(node: SimulatedNode): void {
    const participant = any(
      'SELECT p.sid, c.sid AS conversation FROM participants p JOIN conversations c ON c.id = p.conversation_id ORDER BY p.id',
    );
    const role = any("SELECT sid FROM roles WHERE type = 'conversation' ORDER BY id");
    if (participant?.sid === undefined || participant.conversation === undefined || role?.sid === undefined) return;
    const { sid: sidOrIdentity, conversation: conversationSid } = participant;
    const roleSid = role.sid;
    const given = attributes();
    run(node, `participant.updated ${given}`, async (service) => {
      const conversation = await conversationOf(node, service, conversationSid);
      return node.execute(updateParticipant, actor, {
        service,
        conversation,
        sidOrIdentity,
        roleSid,
        attributes: given,
      });
    });
  }

  function renameUser(node: SimulatedNode): void {
    const friendlyName = ledger.marker();
    const sidOrIdentity = random.pick(IDENTITIES);
    run(node, `user.updated ${friendlyName}`, (service) =>
      node.execute(updateUser, actor, { service, sidOrIdentity, friendlyName }),
    );
  }

  return [
    [2, createWithTimers],
    [2, createWithParticipants],
    [3, changeState],
    [1, destroy],
    [4, addByAddress],
    [5, giveRole],
    [2, renameUser],
  ];
}
