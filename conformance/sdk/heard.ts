import { expect, vi } from 'vitest';

/** What the SDK's emitters have in common; their listeners are typed by event, and unrelated from class to class. */
interface Emitter {
  on(event: never, listener: never): unknown;
  off(event: never, listener: never): unknown;
}

/** What an event that tells of a change carries. */
export interface Told {
  updateReasons: string[];
}

/** The next time that the emitter tells the event, of those that the condition holds for. */
export function heard<Value>(
  emitter: Emitter,
  event: string,
  isMeant: (value: Value) => boolean = () => true,
): Promise<Value> {
  return new Promise((resolve) => {
    const listen = (value: Value): void => {
      if (!isMeant(value)) return;
      emitter.off(event as never, listen as never);
      resolve(value);
    };
    emitter.on(event as never, listen as never);
  });
}

/** The next time that the emitter tells the event with this reason among others. */
export function heardReason<Value extends Told>(
  emitter: Emitter,
  event: string,
  reason: string,
  isMeant: (value: Value) => boolean = () => true,
): Promise<Value> {
  return heard<Value>(emitter, event, (value) => value.updateReasons.includes(reason) && isMeant(value));
}

/** Remembers everything that the emitter tells under the event. */
export function remembered<Value>(emitter: Emitter, event: string): Value[] {
  const values: Value[] = [];
  emitter.on(event as never, ((value: Value) => values.push(value)) as never);
  return values;
}

/** Resolves when what is read equals the value: for what no event tells. `expect.poll` knows nothing of tests that run side by side. */
export async function eventually(read: () => unknown, value: unknown): Promise<void> {
  await vi.waitFor(async () => expect(await read()).toEqual(value), { timeout: 50_000, interval: 20 });
}

/** Why the SDK was refused. Throws when it was not: without showing what came instead, which is a whole client. */
export async function refusal(promise: Promise<unknown>): Promise<{ status?: number; code?: number; message: string }> {
  try {
    await promise;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const { status, body } = error as Error & { status?: number; body?: { code?: number } };
    return {
      message: error.message,
      ...(status !== undefined && { status }),
      ...(body?.code !== undefined && { code: body.code }),
    };
  }
  throw new Error('It was not refused.');
}
