import { attempt } from './attempt.ts';
import { type EitherForm, unusedNumber } from './conversations.ts';

/** Roles, users, and who is in which conversation. */
export async function drivePeople(api: EitherForm): Promise<void> {
  const role = await driveRoles(api);
  const user = await attempt(() =>
    api.users.create({
      xTwilioWebhookEnabled: 'true',
      identity: 'marie@example.com',
      friendlyName: 'Marie',
      attributes: '{"team": "radium"}',
      roleSid: role ?? '',
    }),
  );
  await attempt(() => api.users.list({ pageSize: 20 }));
  if (user === undefined) return;
  const marie = api.users(user.sid);
  await attempt(() => marie.fetch());
  await attempt(() =>
    marie.update({ xTwilioWebhookEnabled: 'true', friendlyName: 'M.', attributes: '{}', roleSid: role ?? '' }),
  );
  await driveUserConversations(api, user.sid, user.identity);
  await attempt(() => marie.remove({ xTwilioWebhookEnabled: 'true' }));
}

/** The SID of a role for users. */
async function driveRoles(api: EitherForm): Promise<string | undefined> {
  const made = await attempt(() =>
    api.roles.create({ friendlyName: 'guide', type: 'conversation', permission: ['sendMessage', 'leaveConversation'] }),
  );
  const roles = await attempt(() => api.roles.list({ pageSize: 20 }));
  const role = made ?? roles?.[0];
  if (role !== undefined) {
    await attempt(() => api.roles(role.sid).fetch());
    await attempt(() => api.roles(role.sid).update({ permission: ['sendMessage', 'leaveConversation'] }));
  }
  if (made !== undefined) await attempt(() => api.roles(made.sid).remove());
  return roles?.find((one) => one.friendlyName === 'service user')?.sid;
}

async function driveUserConversations(api: EitherForm, userSid: string, identity: string): Promise<void> {
  const { sid } = await api.conversations.create({ friendlyName: 'Shared' });
  await api.conversations(sid).messages.create({ body: 'Hello' });
  await api.conversations(sid).participants.create({ identity });
  const address = unusedNumber();
  await attempt(() =>
    api
      .conversations(sid)
      .participants.create({ 'messagingBinding.address': address, 'messagingBinding.proxyAddress': unusedNumber() }),
  );
  await attempt(() => api.participantConversations.list({ identity, pageSize: 20 }));
  await attempt(() => api.participantConversations.list({ address, pageSize: 20 }));
  const { userConversations } = api.users(userSid);
  await attempt(() => userConversations.list({ pageSize: 20 }));
  const shared = userConversations(sid);
  await attempt(() => shared.fetch());
  await attempt(() =>
    shared.update({
      notificationLevel: 'muted',
      lastReadMessageIndex: 0,
      lastReadTimestamp: new Date('2024-08-01T00:00:00Z'),
    }),
  );
  await attempt(() => shared.remove());
  // The pair of numbers is for one open conversation of the account, and the other form wants it, too (lifecycle 5).
  await api.conversations(sid).update({ state: 'closed' });
}
