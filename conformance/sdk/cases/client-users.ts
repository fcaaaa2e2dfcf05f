import { expect } from 'vitest';
import type { User } from '../../support/sdk.ts';
import { heard, heardReason, refusal, type Told } from '../heard.ts';
import type { Case } from './case.ts';

/** Other users: methods of Client. */
export const userMethods: Record<string, Case> = {
  async getUser({ connect, rest }) {
    await rest('POST', 'Users', { Identity: 'zoë b/z@example.com', FriendlyName: 'Zoë', Attributes: '{"team":"red"}' });
    const client = await connect('looks up');
    const user = await client.getUser('zoë b/z@example.com');
    expect([user.identity, user.friendlyName, user.attributes, user.isSubscribed]).toEqual([
      'zoë b/z@example.com',
      'Zoë',
      { team: 'red' },
      true,
    ]);
    expect(await client.getUser('zoë b/z@example.com')).toBe(user);
    expect(await refusal(client.getUser('was never there'))).toMatchObject({ status: 404 });
  },

  async getSubscribedUsers({ connect }) {
    const client = await connect('follows');
    await Promise.all([connect('followed 1'), connect('followed 2')]);
    const [first] = await Promise.all([client.getUser('followed 1'), client.getUser('followed 2')]);
    const identities = async () => (await client.getSubscribedUsers()).map(({ identity }) => identity).sort();
    expect(await identities()).toEqual(['followed 1', 'followed 2', 'follows']);
    await first.unsubscribe();
    expect(await identities()).toEqual(['followed 2', 'follows']);
  },
};

/** Events of Client about users. */
export const userEvents: Record<string, Case> = {
  async userSubscribed({ connect }) {
    const client = await connect('subscribes');
    await connect('subscribed to');
    const told = heard<User>(client, 'userSubscribed', ({ identity }) => identity === 'subscribed to');
    const user = await client.getUser('subscribed to');
    expect(await told).toBe(user);
  },

  async userUnsubscribed({ connect }) {
    const client = await connect('unsubscribes');
    await connect('unsubscribed from');
    const user = await client.getUser('unsubscribed from');
    const told = heard<User>(client, 'userUnsubscribed');
    await user.unsubscribe();
    expect(await told).toBe(user);
  },

  async userUpdated({ connect }) {
    const client = await connect('watches');
    const watched = await connect('watched');
    const seen = await client.getUser('watched');
    const told = heardReason<Told & { user: User }>(client, 'userUpdated', 'friendlyName', ({ user }) => user === seen);
    await watched.user.updateFriendlyName('Watched');
    expect([(await told).updateReasons, seen.friendlyName]).toEqual([['friendlyName'], 'Watched']);
  },
};
