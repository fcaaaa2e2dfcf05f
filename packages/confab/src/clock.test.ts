import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { manualClock, systemClock } from './clock.ts';

describe('manualClock', () => {
  it('runs due timers in the order of their deadlines, each at its own time', () => {
    const clock = manualClock(1_000);
    const ran: [string, number][] = [];
    const record = (name: string) => () => ran.push([name, clock.now()]);
    clock.setTimer(record('late'), 300);
    clock.setTimer(record('early'), 100);
    clock.setTimer(record('early too'), 100);
    clock.setTimer(record('not yet'), 301);
    clock.advance(300);
    expect(ran).toEqual([
      ['early', 1_100],
      ['early too', 1_100],
      ['late', 1_300],
    ]);
    expect(clock.now()).toBe(1_300);
    expect(clock.pendingTimers()).toBe(1);
  });

  it('runs a timer that a timer has set, when it falls due in the same advance', () => {
    const clock = manualClock(0);
    const ticks: number[] = [];
    const tick = () => {
      ticks.push(clock.now());
      clock.setTimer(tick, 30);
    };
    clock.setTimer(tick, 30);
    clock.advance(100);
    expect(ticks).toEqual([30, 60, 90]);
    expect(clock.now()).toBe(100);
  });

  it('does not run a cancelled timer, one cancelled by another timer included', () => {
    const clock = manualClock(0);
    const ran: string[] = [];
    const cancelFirst = clock.setTimer(() => ran.push('first'), 10);
    clock.setTimer(() => cancelSecond(), 10);
    const cancelSecond = clock.setTimer(() => ran.push('second'), 20);
    cancelFirst();
    cancelFirst();
    clock.advance(50);
    expect(ran).toEqual([]);
    expect(clock.pendingTimers()).toBe(0);
  });

  it('runs overdue timers at the new time after a jump forward, and none after a jump back', () => {
    const clock = manualClock(10_000);
    const ran: number[] = [];
    clock.setTimer(() => ran.push(clock.now()), 100);
    clock.jumpTo(5_000);
    clock.advance(5_099);
    expect(ran).toEqual([]);
    clock.jumpTo(3_600_000);
    expect(ran).toEqual([3_600_000]);
  });

  it('refuses a delay without an end, and to go backwards step by step', () => {
    const clock = manualClock(0);
    expect(() => clock.setTimer(() => {}, Number.POSITIVE_INFINITY)).toThrow(RangeError);
    expect(() => clock.setTimer(() => {}, Number.NaN)).toThrow(RangeError);
    expect(() => clock.advance(-1)).toThrow(RangeError);
    expect(() => clock.advance(Number.NaN)).toThrow(RangeError);
  });
});

describe('systemClock', () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  it('fires once, when the wall clock has reached the deadline', async () => {
    const clock = systemClock();
    const deadline = clock.now() + 20;
    await new Promise<void>((resolve) => {
      // The test itself keeps the process alive: the timer does not.
      clock.setTimer(() => {
        expect(clock.now()).toBeGreaterThanOrEqual(deadline);
        resolve();
      }, 20);
    });
  });

  it('waits for a deadline beyond the 2^31 ms of setTimeout', () => {
    vi.useFakeTimers({ now: 0 });
    const fired = vi.fn();
    const delay = 2 ** 31 + 5_000;
    systemClock().setTimer(fired, delay);
    vi.advanceTimersByTime(delay - 1);
    expect(fired).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(fired).toHaveBeenCalledTimes(1);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('notices within a minute that the clock has passed the deadline while setTimeout stood still', () => {
    vi.useFakeTimers({ now: 0 });
    const fired = vi.fn();
    systemClock().setTimer(fired, 3_600_000);
    vi.setSystemTime(7_200_000);
    vi.advanceTimersByTime(60_000);
    expect(fired).toHaveBeenCalledTimes(1);
  });

  it('does not fire early when the clock is set back', () => {
    vi.useFakeTimers({ now: 100_000 });
    const fired = vi.fn();
    systemClock().setTimer(fired, 10_000);
    vi.setSystemTime(50_000);
    vi.advanceTimersByTime(59_999);
    expect(fired).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(fired).toHaveBeenCalledTimes(1);
  });

  it('cancels a timer, after it has been set anew as well', () => {
    vi.useFakeTimers({ now: 0 });
    const fired = vi.fn();
    const cancel = systemClock().setTimer(fired, 150_000);
    vi.advanceTimersByTime(130_000);
    cancel();
    vi.advanceTimersByTime(1_000_000);
    expect(fired).not.toHaveBeenCalled();
  });

  it('does not keep a process alive', async () => {
    const program = `
      import { systemClock } from ${JSON.stringify(import.meta.resolve('./clock.ts'))};
      systemClock().setTimer(() => console.log('fired'), 3_600_000);
      console.log('end of program');`;
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', program], {
      timeout: 30_000,
    });
    expect(stdout).toBe('end of program\n');
  });
});
