import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { OPERATIONS } from '../src/api/register-api.ts';
import type { Schema } from '../src/api/schema.ts';
import { onEveryEngine, type RestServer } from './support/rest-server.ts';

/** Updates whose resource can be fetched at the same path: by the names of their operations, and where they are. */
type Targets = Readonly<Record<string, string>>;

type Form = Record<string, string | string[]>;

onEveryEngine((start) => {
  let server: RestServer;
  let targets: Targets;
  /** SIDs that are right somewhere, and wrong elsewhere. */
  let sids: string[];
  beforeAll(async () => {
    server = await start();
    const { v1 } = server.client.conversations;
    const { chatServiceSid } = server;
    const service = `/v1/Services/${chatServiceSid}`;
    const roles = await v1.roles.list();
    const made = await v1.roles.create({ friendlyName: 'r', type: 'conversation', permission: ['sendMessage'] });
    const other = await v1.services.create({ friendlyName: 'Other' });
    const address = await v1.addressConfigurations.create({ type: 'sms', address: '+15005550006' });
    const credential = await v1.credentials.create({ type: 'apn' });
    const { sid } = await v1.conversations.create({ uniqueName: 'talk' });
    await v1.conversations(sid).participants.create({ identity: 'ada' });
    await v1.conversations(sid).messages.create({ body: 'one' });
    targets = {
      UpdateConfiguration: '/v1/Configuration',
      UpdateConfigurationWebhook: '/v1/Configuration/Webhooks',
      UpdateConfigurationAddress: `/v1/Configuration/Addresses/${address.sid}`,
      UpdateCredential: `/v1/Credentials/${credential.sid}`,
      UpdateServiceConfiguration: `${service}/Configuration`,
      UpdateServiceNotification: `${service}/Configuration/Notifications`,
      UpdateServiceWebhookConfiguration: `${service}/Configuration/Webhooks`,
      UpdateRole: `${service}/Roles/${made.sid}`,
      UpdateUser: `${service}/Users/ada`,
      UpdateUserConversation: `${service}/Users/ada/Conversations/talk`,
    };
    sids = [...roles.map((role) => role.sid), made.sid, chatServiceSid, other.sid];
    return () => server.stop();
  });

  const garbage = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('', '\0', '{', '-1', 'null', '\ud800'));

  /** Texts that the schema describes, mostly. */
  function given(schema: Schema): fc.Arbitrary<string | string[]> {
    if (schema.type === 'array') {
      const items = given(schema.items ?? {}).map((one) => [one].flat()[0] ?? '');
      return fc.array(items, { minLength: 1, maxLength: 4 });
    }
    return fc.oneof({ weight: 9, arbitrary: fittingOf(schema) }, { weight: 1, arbitrary: garbage });
  }

  function fittingOf({ type, enum: values, pattern, format, minimum, maximum }: Schema): fc.Arbitrary<string> {
    if (values !== undefined) return fc.constantFrom(...values.flatMap((one) => [`${one}`, `${one}`.toUpperCase()]));
    if (pattern !== undefined) {
      const prefix = pattern.slice(1, 3);
      const known = sids.filter((one) => one.startsWith(prefix));
      return fc.constantFrom(...known, `${prefix}${'0'.repeat(32)}`);
    }
    if (type === 'boolean') return fc.boolean().map(String);
    if (type === 'integer') return fc.integer({ min: minimum ?? 0, max: Math.min(maximum ?? 5, 5) }).map(String);
    if (format === 'uri') return fc.webUrl();
    if (format === 'date-time') return fc.date({ noInvalidDate: true }).map((date) => date.toISOString());
    return fc.oneof(fc.string(), fc.constantFrom('', '{"a":1}', 'PT1M', 'PT20M', 'PT0S', 'sendMessage'));
  }

  /** An update and what it is given. */
  function updates(): fc.Arbitrary<readonly [path: string, form: Form]> {
    return fc.constantFrom(...Object.entries(targets)).chain(([id, path]) => {
      const operation = OPERATIONS.find((one) => one.id === id && one.root === '/v1');
      if (operation === undefined) throw new Error(`There is no operation ${id}.`);
      const values = Object.entries(operation.params).map(([name, { schema }]) => [name, given(schema)] as const);
      const fields = fc.record(Object.fromEntries(values), { requiredKeys: [] });
      const form = fields.map((some): Form => {
        const present = Object.entries(some).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]));
        return Object.fromEntries(present);
      });
      return fc.tuple(fc.constant(path), form);
    });
  }

  describe('an update', () => {
    it('is made as it is answered, or refused and then not made at all', async () => {
      const outcomes = new Map<number, number>();
      await fc.assert(
        fc.asyncProperty(updates(), async ([path, form]) => {
          const before = await server.sendAs(path);
          expect(before.status).toBe(200);
          const answer = await server.sendAs(path, { form });
          const after = await server.sendAs(path);
          outcomes.set(answer.status, (outcomes.get(answer.status) ?? 0) + 1);
          expect([200, 400, 404]).toContain(answer.status);
          expect(after.json).toEqual(answer.status === 200 ? answer.json : before.json);
        }),
        { numRuns: 100 },
      );
      // Both have happened, often.
      expect(outcomes.get(200)).toBeGreaterThan(5);
      expect(outcomes.get(400)).toBeGreaterThan(5);
    }, 120_000);
  });
});
