import { expect, it } from 'vitest';
import * as domainIndex from '../../src/domain/index.ts';
import {
  abandonConversation,
  addParticipant,
  beginPersonExport,
  completeConversation,
  connectUser,
  controlConnection,
  createAddressConfiguration,
  createApiKey,
  createContent,
  createConversation,
  createConversationWebhook,
  createConversationWithParticipants,
  createCredential,
  createMedia,
  createRole,
  createSecondaryAuthToken,
  createService,
  createSubaccount,
  createUser,
  deleteAddressConfiguration,
  deleteContent,
  deleteConversation,
  deleteConversationWebhook,
  deleteCredential,
  deleteRole,
  deleteSecondaryAuthToken,
  deleteService,
  deleteUser,
  elapseTimer,
  endConsoleSessions,
  endSessions,
  erasePerson,
  findParticipant,
  mintToken,
  openConsoleSession,
  openTap,
  promoteSecondaryAuthToken,
  redeliverWebhook,
  registerBinding,
  removeBinding,
  removeMessage,
  removeParticipant,
  renewPresenceLease,
  reportDelivery,
  resetAuthToken,
  revokeApiKey,
  rotateApiKey,
  SYSTEM_ACTOR,
  sendMessage,
  serviceRef,
  setChannelMetadata,
  setDeliveredHorizons,
  setNotificationLevel,
  setPresence,
  setReadHorizon,
  UNSHAPED,
  updateAccount,
  updateAddressConfiguration,
  updateApiKey,
  updateConfiguration,
  updateConversation,
  updateConversationWebhook,
  updateCredential,
  updateMessage,
  updateMyConversation,
  updateNotificationSettings,
  updateParticipant,
  updateRetention,
  updateRole,
  updateServiceConfiguration,
  updateUser,
  updateWebhookConfiguration,
} from '../../src/domain/index.ts';
import { newRandomSid } from '../../src/sid.ts';
import { followLog, LONG } from '../store/support/follow-log.ts';
import { insertFailedDelivery } from '../support/failed-delivery.ts';
import { domainOver, emptyDatabase, onEachEngine, openTestStore } from '../support/store.ts';

onEachEngine('the event log', (engine) => {
  it('is appended to by every command of the domain, in the order of the commands', async () => {
    const store = await openTestStore(await emptyDatabase(engine));
    const { execute, account, service, secretBox, user, clock } = await domainOver(store);
    const ann = await user('ann');
    const [role] = await store.read.selectFrom('roles').select('sid').execute();
    const [key] = await store.read.selectFrom('api_keys').select('sid').execute();
    if (role === undefined || key === undefined) throw new Error('The first start made neither a role nor a key.');

    const conversation = await execute(createConversation, ann, { service });
    const target = { service, conversation };
    const added = await execute(addParticipant, ann, { ...target, identity: 'ann', joinPolicy: 'creator' });
    const message = await execute(sendMessage, ann, { ...target, body: 'one' });
    await execute(updateMessage, ann, { ...target, messageSid: message.sid, body: 'two' });
    await execute(setReadHorizon, ann, { ...target, userId: ann.user.id, index: 0 });
    await execute(setNotificationLevel, ann, { ...target, userId: ann.user.id, level: 'muted' });
    await execute(updateParticipant, ann, { ...target, sidOrIdentity: 'ann', attributes: '{"a":1}' });
    await execute(updateParticipant, account, {
      ...target,
      sidOrIdentity: 'ann',
      attributes: '{"a":2}',
      horizon: { index: null },
    });
    await execute(updateMyConversation, ann, { ...target, userId: ann.user.id, index: 0, level: 'default' });
    await execute(setDeliveredHorizons, SYSTEM_ACTOR, {
      conversationId: conversation.id,
      horizons: [{ userId: ann.user.id, index: 0 }],
    });
    await execute(removeMessage, ann, { ...target, messageSid: message.sid });
    const pair = { address: '+15005550001', proxyAddress: '+15005550006' };
    const phone = await execute(addParticipant, account, { ...target, ...pair, joinPolicy: 'sid' });
    const texted = await execute(sendMessage, ann, { ...target, body: 'by SMS' });
    const messageSid = texted.sid;
    await execute(reportDelivery, account, { ...target, messageSid, participant: phone.sid, status: 'sent' });
    await execute(setChannelMetadata, account, { ...target, messageSid, type: 'sms', data: '{}' });
    await execute(updateConversation, ann, { ...target, friendlyName: 'Plans' });
    await execute(updateConversation, account, { ...target, state: 'inactive' });
    const reviving = await execute(sendMessage, ann, { ...target, body: 'three' });
    await execute(removeParticipant, ann, { ...target, sidOrIdentity: 'ann' });
    const webhook = await execute(createConversationWebhook, account, {
      ...target,
      target: 'studio',
      flowSid: `FW${'0'.repeat(32)}`,
    });
    await execute(updateConversationWebhook, account, { ...target, webhook });
    await execute(deleteConversationWebhook, account, { ...target, webhook });
    await execute(deleteConversation, account, target);
    const timed = await execute(createConversation, account, { service, state: 'active', inactiveTimer: 'PT1M' });
    clock.advance(60_000);
    await execute(elapseTimer, SYSTEM_ACTOR, timed);
    const withOthers = (identity: string) =>
      execute(createConversationWithParticipants, account, { service, participants: [{ identity }] });
    const completed = await withOthers('ann');
    await execute(completeConversation, SYSTEM_ACTOR, completed);
    const member = await findParticipant(store.read, completed.id, 'ann');
    const abandoned = await withOthers('ann');
    await execute(abandonConversation, SYSTEM_ACTOR, abandoned);
    await execute(updateUser, ann, { service, sidOrIdentity: 'ann', friendlyName: 'Ann' });
    const bob = await execute(connectUser, account, { service, identity: 'bob' });
    const cleo = await execute(createUser, account, { service, identity: 'cleo' });
    await execute(deleteUser, account, { service, sidOrIdentity: 'bob' });
    await execute(updateRole, account, { service, roleSid: role.sid, permissions: [] });
    const extra = { friendlyName: 'extra', type: 'conversation', permissions: ['sendMessage'] } as const;
    const extraRole = await execute(createRole, account, { service, ...extra });
    await execute(deleteRole, account, { service, roleSid: extraRole.sid });
    await execute(updateServiceConfiguration, account, { service, reachabilityEnabled: true });
    expect(await renewPresenceLease(store, 'node', clock.now(), clock.now() + 1)).toBe(false);
    await execute(setPresence, SYSTEM_ACTOR, { userId: ann.user.id, node: 'node', online: true });
    await execute(updateNotificationSettings, account, { service, changes: { log_enabled: true } });
    const content = await execute(createContent, account, { types: '{"twilio/text":{"body":"Hi"}}' });
    await execute(deleteContent, account, { contentSid: content.sid });
    await execute(updateConfiguration, account, { closedTimer: 'PT1H' });
    await execute(updateWebhookConfiguration, account, { service, method: 'GET' });
    const credential = await execute(createCredential, account, { secretBox, type: 'fcm', secrets: {} });
    const credentialSid = credential.sid;
    await execute(updateCredential, account, { secretBox, credentialSid, secrets: { secret: 'not in the log' } });
    const device = { type: 'fcm', endpoint: 'phone', messageTypes: [], credentialSid } as const;
    const binding = await execute(registerBinding, ann, device);
    await execute(removeBinding, ann, { service, bindingSid: binding.sid });
    await execute(deleteCredential, account, { credentialSid });
    const stored = {
      sid: newRandomSid('ME'),
      size: 1,
      sniffedType: null,
      width: null,
      height: null,
      thumbnailSize: null,
    };
    const description = { contentType: 'text/plain', filename: 'a', category: 'media', multipart: false } as const;
    const file = await execute(createMedia, ann, { service, ...description, file: stored });
    const desk = { type: 'sms', address: '+15005550006', autoCreation: {} } as const;
    const { sid: addressConfigurationSid } = await execute(createAddressConfiguration, account, desk);
    await execute(updateAddressConfiguration, account, { addressConfigurationSid, autoCreation: { enabled: true } });
    await execute(deleteAddressConfiguration, account, { addressConfigurationSid });
    const made = await execute(createService, account, { friendlyName: 'another' });
    await execute(deleteService, account, { service: serviceRef(made) });
    await execute(endSessions, account, { identity: 'bob' });
    await execute(controlConnection, account, { connectionId: 'RQ1', control: { action: 'shape', ...UNSHAPED } });
    await execute(openTap, account, { identity: 'bob' });
    await execute(mintToken, account, { secretBox, service, identity: 'bob' });
    const atConsole = await execute(openConsoleSession, account, { sealedSecret: 'sealed' });
    await execute(endConsoleSessions, account, { sid: atConsole.sid });
    await execute(updateRetention, account, { service, messagesDays: 30 });
    await execute(beginPersonExport, account, { secretBox, service, knownBy: 'identity', name: 'cleo' });
    const cleosErasure = await execute(erasePerson, account, {
      secretBox,
      service,
      knownBy: 'identity',
      name: 'cleo',
      messages: 'keep',
    });
    const { key: newKey } = await execute(createApiKey, account, { secretBox, kind: 'standard' });
    await execute(updateApiKey, account, { apiKeySid: newKey.sid, friendlyName: 'Renamed' });
    await execute(rotateApiKey, account, { secretBox, apiKeySid: newKey.sid });
    for (const command of [createSecondaryAuthToken, promoteSecondaryAuthToken, createSecondaryAuthToken]) {
      await execute(command, account, { secretBox });
    }
    await execute(deleteSecondaryAuthToken, account, undefined);
    const subaccount = await execute(createSubaccount, account, { secretBox });
    await execute(resetAuthToken, account, { secretBox });
    await execute(revokeApiKey, account, { apiKeySid: key.sid });
    const deliverySid = await insertFailedDelivery(store, account.account.id);
    await execute(redeliverWebhook, account, { sid: deliverySid });
    await execute(updateAccount, account, { status: 'suspended' });

    const expected: readonly (readonly [command: { name: string }, kind: string, subject: string, actor: string])[] = [
      [createConversation, 'conversation.added', conversation.sid, 'ann'],
      [addParticipant, 'participant.added', added.sid, 'ann'],
      [sendMessage, 'message.added', message.sid, 'ann'],
      [updateMessage, 'message.updated', message.sid, 'ann'],
      [setReadHorizon, 'participant.read_horizon', added.sid, 'ann'],
      [setNotificationLevel, 'participant.notification_level', added.sid, 'ann'],
      [updateParticipant, 'participant.updated', added.sid, 'ann'],
      [updateParticipant, 'participant.updated', added.sid, 'system'],
      [updateParticipant, 'participant.read_horizon', added.sid, 'system'],
      [updateMyConversation, 'participant.read_horizon', added.sid, 'ann'],
      [updateMyConversation, 'participant.notification_level', added.sid, 'ann'],
      [setDeliveredHorizons, 'conversation.delivered', conversation.sid, 'system'],
      [removeMessage, 'message.removed', message.sid, 'ann'],
      [addParticipant, 'participant.added', phone.sid, 'system'],
      [sendMessage, 'message.added', messageSid, 'ann'],
      [reportDelivery, 'message.delivery_updated', messageSid, 'system'],
      [setChannelMetadata, 'message.channel_metadata_updated', messageSid, 'system'],
      [updateConversation, 'conversation.updated', conversation.sid, 'ann'],
      [updateConversation, 'conversation.updated', conversation.sid, 'system'],
      [updateConversation, 'conversation.state_updated', conversation.sid, 'system'],
      [sendMessage, 'conversation.state_updated', conversation.sid, 'ann'],
      [sendMessage, 'message.added', reviving.sid, 'ann'],
      [removeParticipant, 'participant.removed', added.sid, 'ann'],
      [createConversationWebhook, 'conversation_webhook.added', webhook.sid, 'system'],
      [updateConversationWebhook, 'conversation_webhook.updated', webhook.sid, 'system'],
      [deleteConversationWebhook, 'conversation_webhook.removed', webhook.sid, 'system'],
      [deleteConversation, 'conversation.removed', conversation.sid, 'system'],
      [createConversation, 'conversation.added', timed.sid, 'system'],
      [elapseTimer, 'conversation.state_updated', timed.sid, 'system'],
      [createConversationWithParticipants, 'conversation.added', completed.sid, 'system'],
      [completeConversation, 'participant.added', member?.sid ?? '', 'system'],
      [completeConversation, 'conversation.state_updated', completed.sid, 'system'],
      [createConversationWithParticipants, 'conversation.added', abandoned.sid, 'system'],
      [abandonConversation, 'conversation.state_updated', abandoned.sid, 'system'],
      [updateUser, 'user.updated', ann.user.sid, 'ann'],
      [connectUser, 'user.added', bob.sid, 'bob'],
      [createUser, 'user.added', cleo.sid, 'system'],
      [deleteUser, 'user.removed', bob.sid, 'system'],
      [updateRole, 'role.updated', role.sid, 'system'],
      [createRole, 'role.added', extraRole.sid, 'system'],
      [deleteRole, 'role.removed', extraRole.sid, 'system'],
      [updateServiceConfiguration, 'service_configuration.updated', service.sid, 'system'],
      [setPresence, 'user.reachability_updated', ann.user.sid, 'system'],
      [updateNotificationSettings, 'service_notifications.updated', service.sid, 'system'],
      [createContent, 'content.added', content.sid, 'system'],
      [deleteContent, 'content.removed', content.sid, 'system'],
      [updateConfiguration, 'configuration.updated', account.account.sid, 'system'],
      [updateWebhookConfiguration, 'webhook_configuration.updated', service.sid, 'system'],
      [createCredential, 'credential.added', credentialSid, 'system'],
      [updateCredential, 'credential.updated', credentialSid, 'system'],
      [registerBinding, 'user.reachability_updated', ann.user.sid, 'ann'],
      [registerBinding, 'binding.registered', binding.sid, 'ann'],
      [removeBinding, 'user.reachability_updated', ann.user.sid, 'ann'],
      [removeBinding, 'binding.removed', binding.sid, 'ann'],
      [deleteCredential, 'credential.removed', credentialSid, 'system'],
      [createMedia, 'media.added', file.sid, 'ann'],
      [createAddressConfiguration, 'address_configuration.added', addressConfigurationSid, 'system'],
      [updateAddressConfiguration, 'address_configuration.updated', addressConfigurationSid, 'system'],
      [deleteAddressConfiguration, 'address_configuration.removed', addressConfigurationSid, 'system'],
      [createService, 'service.added', made.sid, 'system'],
      [deleteService, 'service.removed', made.sid, 'system'],
      [endSessions, 'sessions.ended', account.account.sid, 'system'],
      [controlConnection, 'connection.cleared', account.account.sid, 'system'],
      [openTap, 'tap.opened', account.account.sid, 'system'],
      [mintToken, 'token.minted', key.sid, 'system'],
      [openConsoleSession, 'console_session.opened', atConsole.sid, 'system'],
      [endConsoleSessions, 'console_session.ended', atConsole.sid, 'system'],
      [updateRetention, 'retention.updated', service.sid, 'system'],
      [beginPersonExport, 'person.exported', service.sid, 'system'],
      [erasePerson, 'person.erased', cleosErasure.sid, 'system'],
      [createApiKey, 'api_key.added', newKey.sid, 'system'],
      [updateApiKey, 'api_key.updated', newKey.sid, 'system'],
      [rotateApiKey, 'api_key.rotated', newKey.sid, 'system'],
      [createSecondaryAuthToken, 'auth_token.secondary_added', account.account.sid, 'system'],
      [promoteSecondaryAuthToken, 'auth_token.promoted', account.account.sid, 'system'],
      [createSecondaryAuthToken, 'auth_token.secondary_added', account.account.sid, 'system'],
      [deleteSecondaryAuthToken, 'auth_token.secondary_removed', account.account.sid, 'system'],
      [createSubaccount, 'account.added', subaccount.sid, 'system'],
      [createSubaccount, 'service.added', expect.any(String), 'system'],
      [resetAuthToken, 'auth_token.reset', account.account.sid, 'system'],
      [revokeApiKey, 'api_key.revoked', key.sid, 'system'],
      [redeliverWebhook, 'webhook_delivery.redelivered', deliverySid, 'system'],
      [updateAccount, 'account.updated', account.account.sid, 'system'],
    ];
    const log = followLog(store);
    await expect.poll(async () => (await log.readOn()).at(-1)?.kind, LONG).toBe('account.updated');
    const entries = log.entries.slice(-expected.length);
    expect(entries.map(({ kind, subject_sid, actor }) => [kind, subject_sid, actor])).toEqual(
      expected.map(([, ...entry]) => entry),
    );
    for (const { payload, subject_sid } of entries) expect(JSON.parse(payload).sid).toBe(subject_sid);
    expect(JSON.stringify(entries)).not.toContain('not in the log');

    const commands = Object.values(domainIndex).flatMap((value) =>
      typeof value === 'object' && 'transact' in value ? [value.name] : [],
    );
    expect(new Set(expected.map(([command]) => command.name))).toEqual(new Set(commands));
  });

  it('tells a participant’s new user before the participant, and nothing of what was refused', async () => {
    const store = await openTestStore(await emptyDatabase(engine));
    const { execute, account, service } = await domainOver(store);
    const conversation = await execute(createConversation, account, { service });
    const add = () => execute(addParticipant, account, { service, conversation, identity: 'cleo', joinPolicy: 'sid' });
    await Promise.allSettled([add(), add(), add()]);
    const end = await execute(createConversation, account, { service });
    const log = followLog(store);
    await expect.poll(async () => (await log.readOn()).at(-1)?.subject_sid, LONG).toBe(end.sid);
    expect(log.entries.slice(-4).map(({ kind }) => kind)).toEqual([
      'conversation.added',
      'user.added',
      'participant.added',
      'conversation.added',
    ]);
  });

  it('tells of what is removed all that a webhook says of it, as it was at last', async () => {
    const store = await openTestStore(await emptyDatabase(engine));
    const { execute, account, service } = await domainOver(store);
    const conversation = await execute(createConversation, account, { service, uniqueName: 'old' });
    const target = { service, conversation };
    const pair = { address: '+15005550001', proxyAddress: '+15005550006' };
    const phone = await execute(addParticipant, account, { ...target, ...pair, joinPolicy: 'sid' });
    const message = await execute(sendMessage, account, { ...target, body: 'hi', subject: 'S', author: pair.address });
    await execute(removeMessage, account, { ...target, messageSid: message.sid });
    await execute(removeParticipant, account, { ...target, sidOrIdentity: phone.sid });
    // The row in hand was read before its name was changed.
    await execute(updateConversation, account, { ...target, uniqueName: 'new' });
    await execute(deleteConversation, account, target);
    const log = followLog(store);
    await expect.poll(async () => (await log.readOn()).at(-1)?.kind, LONG).toBe('conversation.removed');
    const removed = log.entries.filter(({ kind }) => kind.endsWith('.removed'));
    expect(removed.map(({ payload }) => JSON.parse(payload))).toMatchObject([
      { sid: message.sid, participant_sid: phone.sid, subject: 'S', created_at: message.created_at },
      {
        sid: phone.sid,
        address: pair.address,
        proxy_address: pair.proxyAddress,
        role_sid: phone.role_sid,
        attributes: '{}',
        created_at: phone.created_at,
      },
      { sid: conversation.sid, unique_name: 'new', state: 'active', created_at: conversation.created_at },
    ]);
  });

  it('tells a conversation’s revival with the times that its timers are due from then on', async () => {
    const store = await openTestStore(await emptyDatabase(engine));
    const { execute, account, service, clock } = await domainOver(store);
    const timers = { state: 'inactive', inactiveTimer: 'PT1M', closedTimer: 'PT10M' };
    const conversation = await execute(createConversation, account, { service, ...timers });
    clock.advance(30_000);
    await execute(sendMessage, account, { service, conversation, body: 'hi' });
    const log = followLog(store);
    await expect.poll(async () => (await log.readOn()).at(-1)?.kind, LONG).toBe('message.added');
    const revived = log.entries.find(({ kind }) => kind === 'conversation.state_updated');
    expect(JSON.parse(revived?.payload ?? '{}')).toMatchObject({
      reason: 'EVENT',
      date_inactive: clock.now() + 60_000,
      date_closed: clock.now() + 600_000,
    });
  });
});
