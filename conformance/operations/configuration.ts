import type { Twilio } from 'twilio';
import { attempt } from './attempt.ts';

type V1 = Twilio['conversations']['v1'];

/** Configuration, credentials and addresses of the account. */
export async function driveAccountConfiguration(v1: V1, chatServiceSid: string): Promise<void> {
  const configuration = v1.configuration();
  await attempt(() => configuration.fetch());
  await attempt(() =>
    configuration.update({
      defaultChatServiceSid: chatServiceSid,
      defaultMessagingServiceSid: `MG${'a'.repeat(32)}`,
      defaultInactiveTimer: 'PT1M',
      defaultClosedTimer: 'PT10M',
    }),
  );
  // What follows is about conversations without timers.
  await attempt(() => configuration.update({ defaultInactiveTimer: 'PT0S', defaultClosedTimer: 'PT0S' }));
  const webhooks = v1.configuration.webhooks();
  await attempt(() => webhooks.fetch());
  await attempt(() =>
    webhooks.update({
      method: 'GET',
      filters: ['onMessageAdd', 'onMessageAdded'],
      preWebhookUrl: 'https://example.com/pre',
      postWebhookUrl: 'https://example.com/post',
      target: 'webhook',
    }),
  );
  await driveAddresses(v1, chatServiceSid);
  await driveCredentials(v1);
}

async function driveAddresses({ addressConfigurations }: V1, chatServiceSid: string): Promise<void> {
  const made = await attempt(() =>
    addressConfigurations.create({
      type: 'sms',
      address: '+15005550030',
      friendlyName: 'Desk',
      'autoCreation.enabled': true,
      'autoCreation.type': 'webhook',
      'autoCreation.conversationServiceSid': chatServiceSid,
      'autoCreation.webhookUrl': 'https://example.com/auto',
      'autoCreation.webhookMethod': 'post',
      'autoCreation.webhookFilters': ['onMessageAdded', 'onParticipantAdded'],
    }),
  );
  await attempt(() =>
    addressConfigurations.create({
      type: 'sms',
      address: '12345',
      addressCountry: 'US',
      'autoCreation.enabled': true,
      'autoCreation.type': 'studio',
      'autoCreation.studioFlowSid': `FW${'a'.repeat(32)}`,
      'autoCreation.studioRetryCount': 1,
    }),
  );
  await attempt(() => addressConfigurations.list({ type: 'sms', pageSize: 20 }));
  if (made === undefined) return;
  const address = addressConfigurations(made.sid);
  await attempt(() => address.fetch());
  await attempt(() =>
    address.update({
      friendlyName: 'Front desk',
      'autoCreation.enabled': true,
      'autoCreation.type': 'webhook',
      'autoCreation.conversationServiceSid': chatServiceSid,
      'autoCreation.webhookUrl': 'https://example.com/other',
      'autoCreation.webhookMethod': 'get',
      'autoCreation.webhookFilters': ['onMessageAdded'],
    }),
  );
  await attempt(() =>
    address.update({
      'autoCreation.type': 'studio',
      'autoCreation.studioFlowSid': `FW${'b'.repeat(32)}`,
      'autoCreation.studioRetryCount': 2,
    }),
  );
  await attempt(() => address.remove());
}

async function driveCredentials({ credentials }: V1): Promise<void> {
  const pem = { certificate: '-----BEGIN CERTIFICATE-----', privateKey: '-----BEGIN RSA PRIVATE KEY-----' };
  const apn = await attempt(() => credentials.create({ type: 'apn', friendlyName: 'Phones', ...pem, sandbox: true }));
  const gcm = await attempt(() => credentials.create({ type: 'gcm', apiKey: 'key' }));
  const fcm = await attempt(() => credentials.create({ type: 'fcm', secret: 'secret' }));
  await attempt(() => credentials.list({ pageSize: 20 }));
  if (apn !== undefined) {
    await attempt(() => credentials(apn.sid).fetch());
    await attempt(() =>
      credentials(apn.sid).update({ type: 'apn', friendlyName: 'Old phones', ...pem, sandbox: false }),
    );
    await attempt(() => credentials(apn.sid).remove());
  }
  if (gcm !== undefined) await attempt(() => credentials(gcm.sid).update({ apiKey: 'other key' }));
  if (fcm !== undefined) await attempt(() => credentials(fcm.sid).update({ secret: 'other secret' }));
}

/** Services, and what only a service has. */
export async function driveServices(v1: V1): Promise<void> {
  const made = await attempt(() => v1.services.create({ friendlyName: 'Second' }));
  await attempt(() => v1.services.list({ pageSize: 20 }));
  if (made === undefined) return;
  const service = v1.services(made.sid);
  await attempt(() => service.fetch());
  await driveServiceConfiguration(v1, made.sid);
  await attempt(() => service.remove());
}

/** A place in a template that is filled when a notification is sent. */
function slot(name: string): string {
  return `$\{${name}}`;
}

async function driveServiceConfiguration(v1: V1, sid: string): Promise<void> {
  const service = v1.services(sid);
  const roles = (await attempt(() => service.roles.list())) ?? [];
  const roleOf = (name: string) => roles.find((one) => one.friendlyName === name)?.sid ?? '';
  const configuration = service.configuration();
  await attempt(() => configuration.fetch());
  await attempt(() =>
    configuration.update({
      defaultConversationCreatorRoleSid: roleOf('channel admin'),
      defaultConversationRoleSid: roleOf('channel user'),
      defaultChatServiceRoleSid: roleOf('service user'),
      reachabilityEnabled: true,
    }),
  );
  const notifications = service.configuration.notifications();
  await attempt(() => notifications.fetch());
  await attempt(() =>
    notifications.update({
      logEnabled: true,
      'newMessage.enabled': true,
      'newMessage.template': `${slot('PARTICIPANT')}: ${slot('MESSAGE')}`,
      'newMessage.sound': 'ping',
      'newMessage.badgeCountEnabled': true,
      'newMessage.withMedia.enabled': true,
      'newMessage.withMedia.template': `${slot('PARTICIPANT')} sent ${slot('MEDIA')}`,
      'addedToConversation.enabled': true,
      'addedToConversation.template': 'Welcome',
      'addedToConversation.sound': 'ping',
      'removedFromConversation.enabled': true,
      'removedFromConversation.template': 'Bye',
      'removedFromConversation.sound': 'ping',
    }),
  );
  const webhooks = service.configuration.webhooks();
  await attempt(() =>
    webhooks.update({
      preWebhookUrl: 'https://example.com/pre',
      postWebhookUrl: 'https://example.com/post',
      filters: ['onMessageAdd'],
      method: 'POST',
    }),
  );
  // After the update: the description's own example of one that was never set has a `method` that its schema does not allow.
  await attempt(() => webhooks.fetch());
}

/** Registrations for push: made by apps, listed and removed here. */
export async function driveBindings(v1: V1, chatServiceSid: string): Promise<void> {
  const { bindings } = v1.services(chatServiceSid);
  const listed = await attempt(() => bindings.list({ bindingType: ['fcm', 'apn'], identity: ['ada'], pageSize: 20 }));
  const sid = listed?.[0]?.sid;
  if (sid === undefined) return;
  await attempt(() => bindings(sid).fetch());
  await attempt(() => bindings(sid).remove());
}
