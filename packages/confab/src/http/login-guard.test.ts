import { describe, expect, it } from 'vitest';
import { createLoginGuard, type LoginGuard, TooManyAttempts } from './login-guard.ts';

const MINUTE = 60_000;

const right = async (): Promise<string | undefined> => 'account';
const wrong = async (): Promise<string | undefined> => undefined;

/** A guard that allows three failures a minute, and its clock. */
function setUp() {
  const clock = { now: 0 };
  return { clock, guard: createLoginGuard(3, () => clock.now) };
}

/** How many of so many different guesses were checked. */
async function guess(guard: LoginGuard, count: number, address = '192.0.2.1', name = 'guess'): Promise<number> {
  const outcomes = await Promise.allSettled(
    Array.from({ length: count }, (_, n) => guard.attempt(address, `${name} ${n}`, wrong)),
  );
  return outcomes.filter(({ status }) => status === 'fulfilled').length;
}

describe('the login guard', () => {
  it('lets an address guess so often in a minute, also all at once', async () => {
    const { guard, clock } = setUp();
    expect(await guess(guard, 10)).toBe(3);
    await expect(guard.attempt('192.0.2.1', 'right', right)).rejects.toMatchObject({ retryAfter: 20 });
    expect(await guess(guard, 10, '192.0.2.2', 'other')).toBe(3);
    clock.now = MINUTE / 3;
    expect(await guess(guard, 10, '192.0.2.1', 'later')).toBe(1);
  });

  it('lets in who was let in before, whatever else comes from the address', async () => {
    const { guard } = setUp();
    await guard.attempt('192.0.2.1', 'mine', right);
    expect(await guess(guard, 5)).toBe(3);
    expect(await guard.attempt('192.0.2.1', 'mine', right)).toBe('account');
    // Until it is right no longer.
    expect(await guard.attempt('192.0.2.1', 'mine', wrong)).toBeUndefined();
  });

  it('counts the same wrong credentials once, and right ones never', async () => {
    const { guard } = setUp();
    for (let n = 0; n < 10; n += 1) expect(await guard.attempt('192.0.2.1', 'old secret', wrong)).toBeUndefined();
    for (let n = 0; n < 10; n += 1) expect(await guard.attempt('192.0.2.1', `right ${n}`, right)).toBe('account');
    expect(await guess(guard, 5)).toBe(2);
  });

  it.each([
    ['2001:db8:1:2::1', '2001:db8:1:2:ffff::9'],
    ['2001:db8::1', '2001:db8:0:0:1::'],
    ['::1', '0:0:0:0:5::'],
  ])('takes %s and %s for one', async (one, other) => {
    const { guard } = setUp();
    expect(await guess(guard, 3, one)).toBe(3);
    expect(await guess(guard, 3, other, 'other')).toBe(0);
  });

  it.each([
    ['2001:db8:1:2::1', '2001:db8:1:3::1'],
    ['::ffff:192.0.2.1', '::ffff:192.0.2.2'],
  ])('takes %s and %s for two', async (one, other) => {
    const { guard } = setUp();
    expect(await guess(guard, 3, one)).toBe(3);
    expect(await guess(guard, 3, other, 'other')).toBe(3);
  });

  it('is closed when there are more addresses than it can remember', async () => {
    const { guard } = setUp();
    for (let n = 0; n < 50_000; n += 1) await guard.attempt(`address ${n}`, `guess ${n}`, wrong);
    await expect(guard.attempt('another', 'right', right)).rejects.toBeInstanceOf(TooManyAttempts);
  });
});
