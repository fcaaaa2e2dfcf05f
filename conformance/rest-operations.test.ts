import { beforeAll, describe, expect, it } from 'vitest';
import { registerDevice } from '../packages/confab/test/support/register-device.ts';
import { driveAccountConfiguration, driveBindings, driveServices } from './operations/configuration.ts';
import { driveConversations, driveConversationWithParticipants, type EitherForm } from './operations/conversations.ts';
import { driveAccountAndKeys } from './operations/keys.ts';
import { NOT_ACCEPTED, NOT_SERVED } from './operations/missing.ts';
import { drivePeople } from './operations/people.ts';
import { makeSendable } from './operations/sendable.ts';
import { type DescribedOperation, readDescription } from './support/description.ts';
import { type Judge, ownDescription } from './support/own-description.ts';
import { type Exchange, recordedClient } from './support/recorded-client.ts';
import { startWithStore } from './support/server-with-store.ts';

const DESCRIPTIONS = [
  { file: 'twilio_conversations_v1.json', count: 103 },
  { file: 'keys.json', count: 14 },
  { file: 'keys_iam_v1.json', count: 5 },
].map((one) => ({ ...one, operations: readDescription(one.file) }));

let exchanges: readonly Exchange[];
let judge: Judge;

/** Everything that the descriptions have, once, with the official library and against the real server. */
beforeAll(async () => {
  const confab = await startWithStore();
  try {
    const { client, exchanges: recorded } = recordedClient(confab);
    const { v1 } = client.conversations;
    await driveAccountConfiguration(v1, confab.chatServiceSid);
    const { sid: secondService } = await v1.services.create({ friendlyName: 'For the service form' });
    // Both forms have the same methods and answers, and unrelated types.
    const inSecondService = v1.services(secondService) as never as EitherForm;
    for (const [api, serviceSid] of [
      [v1, confab.chatServiceSid],
      [inSecondService, secondService],
    ] as const) {
      await driveConversations(api, await makeSendable(confab, client, serviceSid));
      await driveConversationWithParticipants(api);
      await drivePeople(api);
    }
    await driveServices(v1);
    await registerDevice(confab.store, confab.chatServiceSid, 'ada');
    await driveBindings(v1, confab.chatServiceSid);
    await driveAccountAndKeys(client, confab.accountSid);
    exchanges = recorded;
    judge = await ownDescription(confab.url);
  } finally {
    await confab.stop();
  }
});

for (const { file, count, operations } of DESCRIPTIONS) {
  describe(file, () => {
    it(`describes ${count} operations`, () => {
      expect(operations).toHaveLength(count);
    });

    it.each(operations.map((operation) => [operation.name, operation] as const))('%s', (name, operation) => {
      const faults = faultsOf(operation);
      if (NOT_SERVED.has(name)) expect(faults, `${name} is served: take it off the list`).not.toEqual([]);
      else expect(faults).toEqual([]);
    });

    const servedOnes = operations.filter(({ name }) => !NOT_SERVED.has(name));
    it.each(servedOnes.map((operation) => [operation.name, operation] as const))(
      '%s takes every documented parameter',
      (name, operation) => {
        const accepted = new Set(succeeded(operation).flatMap(({ parameters }) => parameters));
        const missing = operation.parameters.filter((parameter) => !accepted.has(parameter));
        expect(missing.sort()).toEqual([...(NOT_ACCEPTED.get(name) ?? [])].sort());
      },
    );

    it('are served', () => {
      const served = operations.filter((operation) => faultsOf(operation).length === 0);
      console.log(`${file}: ${served.length} of ${count} operations answered as described`);
      expect(served.length).toBe(count - operations.filter(({ name }) => NOT_SERVED.has(name)).length);
    });
  });
}

it('answers are as Confab itself describes them', () => {
  const good = exchanges.filter(({ status }) => status < 300);
  expect(good.flatMap(judge)).toEqual([]);
});

it('lists nothing as missing that no description has', () => {
  const names = new Set(DESCRIPTIONS.flatMap(({ operations }) => operations.map(({ name }) => name)));
  for (const name of [...NOT_SERVED, ...NOT_ACCEPTED.keys()]) expect(names).toContain(name);
});

/** What is wrong with the answers to an operation; nothing if there is a successful one and all of those are as described. */
function faultsOf(operation: DescribedOperation): string[] {
  const asked = exchanges.filter(({ method, pathname }) => operation.takes(method, pathname));
  if (asked.length === 0) return ['could not be asked for: what it needs is not there'];
  const good = succeeded(operation);
  if (good.length === 0) return asked.map(({ status, body }) => `${status} ${JSON.stringify(body)}`);
  return good.flatMap(({ status, body }) => answerFaults(operation, status, body));
}

function succeeded(operation: DescribedOperation): Exchange[] {
  return exchanges.filter(
    ({ method, pathname, status }) => operation.takes(method, pathname) && status >= 200 && status < 300,
  );
}

function answerFaults({ answers, id }: DescribedOperation, status: number, body: unknown): string[] {
  if (!answers.has(status)) return [`answered ${status}, and has ${[...answers.keys()].join(', ')}`];
  const validate = answers.get(status);
  if (validate === undefined) return body === '' || body === undefined ? [] : [`has a body: ${JSON.stringify(body)}`];
  if (!validate(body)) {
    return (validate.errors ?? []).map(
      ({ instancePath, message }) => `${instancePath} ${message}: ${JSON.stringify(body)}`,
    );
  }
  const rows = id.startsWith('List') ? Object.values(Object(body)).find(Array.isArray) : [body];
  return rows?.length === 0 ? ['an empty list proves nothing'] : [];
}
