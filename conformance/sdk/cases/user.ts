import { expect } from 'vitest';
import type { User } from '../../support/sdk.ts';
import { eventually, heard, heardReason, type Told } from '../heard.ts';
import type { ClassCases } from './case.ts';

export const userCases: ClassCases = {
  className: 'User',
  methods: {
    async updateAttributes({ bob, connect }) {
      const carol = await connect('carol of attributes');
      const seen = await bob.getUser('carol of attributes');
      const told = heardReason(seen, 'updated', 'attributes');
      expect((await carol.user.updateAttributes({ avatar: 'ü.png' })).identity).toBe('carol of attributes');
      expect((await told).updateReasons).toEqual(['attributes']);
      expect(seen.attributes).toEqual({ avatar: 'ü.png' });
    },

    async updateFriendlyName({ bob, connect }) {
      const carol = await connect('carol/of names');
      const seen = await bob.getUser('carol/of names');
      expect(seen.friendlyName).toBe('carol/of names');
      const told = heardReason(seen, 'updated', 'friendlyName');
      await carol.user.updateFriendlyName('Carol Ü.');
      expect((await told).updateReasons).toEqual(['friendlyName']);
      expect(seen.friendlyName).toBe('Carol Ü.');
    },

    async unsubscribe({ bob, connect }) {
      const carol = await connect('carol of silence');
      const seen = await bob.getUser('carol of silence');
      await seen.unsubscribe();
      expect(seen.isSubscribed).toBe(false);
      await carol.user.updateFriendlyName('Unheard');
      // Asked for again, it is as new.
      expect((await bob.getUser('carol of silence')).friendlyName).toBe('Unheard');
    },
  },
  events: {
    async updated({ bob, connect, rest }) {
      const carol = await connect('carol of events');
      const seen = await bob.getUser('carol of events');
      const told = heardReason<Told & { user: User }>(seen, 'updated', 'attributes');
      await rest('POST', `Users/${encodeURIComponent('carol of events')}`, { Attributes: '{"team":"blue"}' });
      const { user, updateReasons } = await told;
      expect(user).toBe(seen);
      expect([user.attributes, updateReasons]).toEqual([{ team: 'blue' }, ['attributes']]);

      await eventually(() => [seen.isOnline, seen.isNotifiable], [true, false]);
      const reachable = heardReason(seen, 'updated', 'reachabilityNotifiable');
      await carol.setPushRegistrationId('fcm', 'phone of carol of events');
      await reachable;
      const offline = heardReason(seen, 'updated', 'reachabilityOnline');
      await carol.shutdown();
      await offline;
      expect([seen.isOnline, seen.isNotifiable]).toEqual([false, true]);
    },

    async userSubscribed({ sdk, confab }) {
      const client = sdk.connect(await confab.token('their own user'), confab.socketUrl);
      const told = heard<User>(client.user, 'userSubscribed');
      await heard(client, 'initialized');
      expect(await told).toBe(client.user);
      expect(client.user).toMatchObject({ identity: 'their own user', isSubscribed: true });
      await client.shutdown();
    },

    async userUnsubscribed({ bob, connect }) {
      await connect('carol who is left alone');
      const seen = await bob.getUser('carol who is left alone');
      const told = heard<User>(seen, 'userUnsubscribed');
      await seen.unsubscribe();
      expect(await told).toMatchObject({ identity: 'carol who is left alone', isSubscribed: false });
    },
  },
};
