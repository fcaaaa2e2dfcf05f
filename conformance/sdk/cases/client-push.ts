import { expect } from 'vitest';
import { eventually, heard } from '../heard.ts';
import type { Case } from './case.ts';

const TYPE = 'twilio.conversations.new_message';

/** What Firebase hands to an app. */
const FIREBASE = {
  data: {
    twi_message_type: TYPE,
    twi_title: 'Plans',
    twi_body: 'alice: hello',
    twi_sound: 'default',
    twi_action: 'open',
    conversation_sid: 'CH1',
    message_sid: 'IM1',
    message_index: '7',
  },
};

/** What Apple hands to an app. */
const APPLE = {
  aps: { alert: { title: 'Plans', body: 'alice: hello' }, sound: 'ping.aiff', badge: 3, category: 'reply' },
  twi_message_type: TYPE,
  conversation_sid: 'CH1',
};

/** Push notifications: methods of Client. */
export const pushMethods: Record<string, Case> = {
  async setPushRegistrationId({ connect, devicesOf }) {
    const client = await connect('with two phones');
    await client.setPushRegistrationId('fcm', 'first phone');
    expect(await devicesOf('with two phones')).toEqual(['fcm first phone']);
    // Another id takes the place of the first.
    await client.setPushRegistrationId('fcm', 'second phone');
    await client.setPushRegistrationId('apn', 'tablet');
    await eventually(() => devicesOf('with two phones'), ['apn tablet', 'fcm second phone']);
  },

  async unsetPushRegistrationId({ connect, devicesOf }) {
    const client = await connect('signs out of pushes');
    await client.setPushRegistrationId('fcm', 'quiet phone');
    await client.setPushRegistrationId('apn', 'loud tablet');
    await eventually(async () => (await devicesOf('signs out of pushes')).length, 2);
    await client.unsetPushRegistrationId('fcm');
    await eventually(() => devicesOf('signs out of pushes'), ['apn loud tablet']);
  },

  async removePushRegistrations({ connect, devicesOf }) {
    const client = await connect('sold a phone');
    await client.setPushRegistrationId('fcm', 'sold phone');
    await eventually(() => devicesOf('sold a phone'), ['fcm sold phone']);
    // Another client of the user, which never registered it.
    const elsewhere = await connect('sold a phone');
    await elsewhere.removePushRegistrations('fcm', 'sold phone');
    expect(await devicesOf('sold a phone')).toEqual([]);
  },

  async parsePushNotification({ sdk }) {
    const { Client } = sdk.library;
    expect(Client.parsePushNotification(FIREBASE)).toMatchObject({
      title: 'Plans',
      body: 'alice: hello',
      sound: 'default',
      badge: null,
      action: 'open',
      type: TYPE,
      data: { conversationSid: 'CH1', messageSid: 'IM1', messageIndex: 7 },
    });
    expect(Client.parsePushNotification(APPLE)).toMatchObject({
      title: 'Plans',
      body: 'alice: hello',
      sound: 'ping.aiff',
      badge: 3,
      action: 'reply',
      type: TYPE,
      data: { conversationSid: 'CH1' },
    });
    expect(() => Client.parsePushNotification({ data: {} })).toThrow(/message type|notification type/);
  },

  async handlePushNotification({ bob }) {
    const told = heard(bob, 'pushNotification', ({ body }: { body: string }) => body === 'for handle');
    await bob.handlePushNotification({ data: { ...FIREBASE.data, twi_body: 'for handle' } });
    expect(await told).toMatchObject({ title: 'Plans', type: TYPE });
  },

  async populateInitRegistrations({ sdk }) {
    const types: string[] = [];
    const registration = { populateInitRegistrations: (some: string[]) => types.push(...some) };
    sdk.library.Client.populateInitRegistrations(registration as never);
    expect(types.sort()).toEqual([
      'com.twilio.rtd.cds.document',
      'com.twilio.rtd.cds.list',
      'com.twilio.rtd.cds.map',
      'twilio.ipmsg.typing_indicator',
      'twilio.sync.event',
    ]);
  },
};

/** The event of Client about them. */
export const pushEvents: Record<string, Case> = {
  async pushNotification({ bob }) {
    const told = heard(bob, 'pushNotification', ({ sound }: { sound: string }) => sound === 'ping.aiff');
    await bob.handlePushNotification(APPLE);
    expect(await told).toMatchObject({ badge: 3, data: { conversationSid: 'CH1' } });
  },
};
