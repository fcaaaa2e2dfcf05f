import type { Operation } from '../../src/api/operation.ts';
import { insertFailedDelivery } from './failed-delivery.ts';
import { registerDevice } from './register-device.ts';
import type { Answer, RestServer } from './rest-server.ts';

/** One of each resource, by the last noun of its path: `Conversations` is a SID of one. */
export type World = Readonly<Record<string, string | undefined>>;

let made = 0;

/**
 * Makes one of each below `/v1` or `/v1/Services/{IS}`. The user is in the conversation, and so is the participant, who is somebody else and
 * has read the message.
 */
export async function populate(server: RestServer, base: string): Promise<World> {
  made += 1;
  const create = async (path: string, form: Record<string, string>): Promise<string | undefined> =>
    sidOf(await server.sendAs(`${base}${path}`, { form }));
  const identity = `person ${made}`;
  const user = await create('/Users', { Identity: identity });
  const conversation = await create('/Conversations', { FriendlyName: 'One' });
  const inside = `/Conversations/${conversation}`;
  await create(`${inside}/Participants`, { Identity: identity });
  const participant = await create(`${inside}/Participants`, { Identity: `${identity}, the reader` });
  const message = await create(`${inside}/Messages`, { Body: 'Hello' });
  const metadata = { Type: 'whatsapp', Data: '{}' };
  await server.sendAs(`/confab${base}${inside}/Messages/${message}/ChannelMetadata`, { form: metadata });
  const hook = {
    Target: 'webhook',
    'Configuration.Url': 'https://example.com/hook',
    'Configuration.Filters': 'onMessageAdded',
  };
  return {
    Users: user,
    Conversations: conversation,
    Participants: participant,
    Messages: message,
    Webhooks: await create(`${inside}/Webhooks`, hook),
    Roles: await create('/Roles', { FriendlyName: 'guide', Type: 'conversation', Permission: 'sendMessage' }),
    Bindings: await registerDevice(server.store, /IS\w+/.exec(base)?.[0] ?? server.chatServiceSid, identity),
    Erasures: sidOf(
      await server.sendAs(`/confab${base}/Erasures`, { form: { Identity: `former ${identity}`, Messages: 'keep' } }),
    ),
    Receipts: await firstReceipt(server, `${base}${inside}`, { participant, message }),
  };
}

/** One of each of what belongs to the account. */
export async function populateAccount(server: RestServer): Promise<World> {
  made += 1;
  const create = async (path: string, form: Record<string, string>): Promise<string | undefined> =>
    sidOf(await server.sendAs(path, { form }));
  return {
    Accounts: server.accountSid,
    Services: await create('/v1/Services', { FriendlyName: 'One' }),
    Addresses: await create('/v1/Configuration/Addresses', { Type: 'sms', Address: `+1500555${1000 + made}` }),
    Content: await create('/v1/Content', { types: '{"twilio/text":{"body":"Hi"}}' }),
    Credentials: await create('/v1/Credentials', { Type: 'fcm', Secret: 'secret' }),
    WebhookDeliveries: await insertFailedDelivery(server.store, await accountIdOf(server)),
  };
}

async function accountIdOf({ store, accountSid }: RestServer): Promise<number> {
  const { id } = await store.read
    .selectFrom('accounts')
    .select('id')
    .where('sid', '=', accountSid)
    .executeTakeFirstOrThrow();
  return id;
}

async function firstReceipt(
  server: RestServer,
  conversation: string,
  { participant, message }: { participant: string | undefined; message: string | undefined },
): Promise<string | undefined> {
  await server.sendAs(`${conversation}/Participants/${participant}`, { form: { LastReadMessageIndex: '0' } });
  const { json } = await server.sendAs(`${conversation}/Messages/${message}/Receipts`);
  const receipts: unknown = Object(json).delivery_receipts;
  return Array.isArray(receipts) ? Object(receipts[0]).sid : undefined;
}

function sidOf({ status, json }: Answer): string | undefined {
  const { sid } = Object(json);
  return status < 300 && typeof sid === 'string' ? sid : undefined;
}

/**
 * Paths of an operation in which resources of `foreign` stand in for one of `own` and all that is below it: one path for each place where
 * that can happen. In `own` alone where there is no such place.
 */
export function pathsOf(operation: Operation, form: 'account' | 'service', own: World, foreign?: World): string[] {
  const path = `${operation.root}${form === 'service' ? '/Services/{ChatServiceSid}' : ''}${operation.path}`;
  const segments = path.split('/');
  const places = segments.flatMap((segment, at) => (segment.startsWith('{') ? [at] : []));
  const filled = (firstForeign: number) =>
    segments
      .map((segment, at) => {
        if (!segment.startsWith('{')) return segment;
        const noun = segments[at - 1] ?? '';
        const sid = (at >= firstForeign ? foreign : own)?.[noun];
        if (sid === undefined) throw new Error(`Nothing in ${noun} for ${operation.id}: make one in rest-world.ts.`);
        return segment.endsWith('.json') ? `${sid}.json` : sid;
      })
      .join('/');
  return foreign === undefined ? [filled(Number.POSITIVE_INFINITY)] : places.map(filled);
}
