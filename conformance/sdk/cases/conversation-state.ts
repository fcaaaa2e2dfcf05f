import { expect } from 'vitest';
import type { Conversation } from '../../support/sdk.ts';
import { eventually, heard, heardReason, refusal, type Told } from '../heard.ts';
import type { Case } from './case.ts';

/** What a conversation is called and carries, and its end: methods of Conversation. */
export const stateMethods: Record<string, Case> = {
  async updateAttributes({ room }) {
    const { alices, bobs } = await room();
    const told = heardReason(bobs, 'updated', 'attributes');
    await alices.updateAttributes({ colour: 'grün', deep: [{ n: null }] });
    expect((await told).updateReasons).toEqual(['attributes', 'dateUpdated']);
    expect(bobs.attributes).toEqual({ colour: 'grün', deep: [{ n: null }] });
    expect(await refusal(bobs.updateAttributes({ colour: 'blue' }))).toMatchObject({ status: 403 });
  },

  async getAttributes({ room }) {
    const { bobs } = await room({ attributes: { colour: 'green' } });
    expect(await bobs.getAttributes()).toEqual({ colour: 'green' });
  },

  async updateFriendlyName({ room }) {
    const { sid, alices, bobs } = await room({ friendlyName: 'Plans' });
    const told = heardReason(bobs, 'updated', 'friendlyName');
    expect((await alices.updateFriendlyName('Pläne')).sid).toBe(sid);
    expect((await told).updateReasons.sort()).toEqual(['dateUpdated', 'friendlyName']);
    expect(bobs.friendlyName).toBe('Pläne');
  },

  async updateUniqueName({ room, alice }) {
    const { sid, alices, bobs } = await room({ uniqueName: 'before' });
    const told = heardReason(bobs, 'updated', 'uniqueName');
    await alices.updateUniqueName('the/plans of ü');
    expect((await told).updateReasons.sort()).toEqual(['dateUpdated', 'uniqueName']);
    expect(bobs.uniqueName).toBe('the/plans of ü');
    expect((await alice.getConversationByUniqueName('the/plans of ü')).sid).toBe(sid);

    const cleared = heardReason(bobs, 'updated', 'uniqueName');
    await alices.updateUniqueName(null);
    await cleared;
    expect(bobs.uniqueName ?? '').toBe('');
    // What was asked for is remembered for a tenth of a second (protocol 4).
    const name = 'the/plans of ü';
    await eventually(() => alice.getConversationByUniqueName(name).then(String, ({ status }) => status), 404);
  },

  async setUserNotificationLevel({ room }) {
    const { alices, bobs } = await room();
    expect(bobs.notificationLevel).toBe('default');
    const told = heardReason(bobs, 'updated', 'notificationLevel');
    await bobs.setUserNotificationLevel('muted');
    expect((await told).updateReasons).toEqual(['notificationLevel']);
    expect([bobs.notificationLevel, alices.notificationLevel]).toEqual(['muted', 'default']);
    const back = heardReason(bobs, 'updated', 'notificationLevel');
    await bobs.setUserNotificationLevel('default');
    await back;
    expect(bobs.notificationLevel).toBe('default');
  },

  async delete({ room, alice, bob }) {
    const { sid, alices, bobs } = await room();
    expect(await refusal(bobs.delete())).toMatchObject({ status: 403 });
    const told = [alice, bob].map((client) =>
      heard<Conversation>(client, 'conversationRemoved', (one) => one.sid === sid),
    );
    await alices.delete();
    await Promise.all(told);
    for (const client of [alice, bob]) await refusal(client.getConversationBySid(sid));
  },
};

/** Events of the conversation itself. */
export const stateEvents: Record<string, Case> = {
  async updated({ room, rest }) {
    const { sid, bobs } = await room();
    expect(bobs.state?.current).toBe('active');
    const closed = heardReason<Told & { conversation: Conversation }>(bobs, 'updated', 'state');
    await rest('POST', `Conversations/${sid}`, { State: 'closed', FriendlyName: 'Done' });
    const { conversation, updateReasons } = await closed;
    expect(conversation.sid).toBe(sid);
    expect(updateReasons.sort()).toEqual(['dateUpdated', 'friendlyName', 'state']);
    expect([bobs.state?.current, bobs.friendlyName]).toEqual(['closed', 'Done']);
  },

  async removed({ room, rest }) {
    const { sid, alices, bobs } = await room();
    const bobsGone = heard<Conversation>(bobs, 'removed');
    await rest('DELETE', `Conversations/${sid}/Participants/bob`);
    expect((await bobsGone).sid).toBe(sid);
    const alicesGone = heard<Conversation>(alices, 'removed');
    await rest('DELETE', `Conversations/${sid}`);
    expect((await alicesGone).sid).toBe(sid);
  },
};
