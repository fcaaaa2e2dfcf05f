import { expect, test, vi } from 'vitest';
import { createRequestWindow } from './request-window.ts';

function setUp(limit: number) {
  const events: string[] = [];
  const onError = vi.fn();
  const window = createRequestWindow({
    limit,
    onFull: () => events.push('full'),
    onRoom: () => events.push('room'),
    onError,
  });
  const running: (() => void)[] = [];
  let started = 0;
  const ask = () => {
    window.run(() => {
      started += 1;
      return new Promise((resolve) => running.push(resolve));
    });
  };
  const finishOne = async () => {
    running.shift()?.();
    await new Promise(setImmediate);
  };
  return { window, events, onError, ask, finishOne, started: () => started, open: () => running.length };
}

test('never more than the limit run at once, and reading stops only while something waits', async () => {
  const { events, ask, finishOne, started, open } = setUp(3);
  for (let at = 0; at < 3; at += 1) ask();
  expect([started(), events]).toEqual([3, []]);
  for (let at = 0; at < 4; at += 1) ask();
  expect([started(), events]).toEqual([3, ['full']]);
  for (let at = 0; at < 3; at += 1) await finishOne();
  expect([started(), open(), events]).toEqual([6, 3, ['full']]);
  await finishOne();
  expect([started(), open(), events]).toEqual([7, 3, ['full', 'room']]);
  ask();
  expect([started(), events]).toEqual([7, ['full', 'room', 'full']]);
});

test('idle waits for what runs and for what waits', async () => {
  const { window, ask, finishOne } = setUp(1);
  await window.idle();
  ask();
  ask();
  let idle = false;
  const waiting = window.idle().then(() => {
    idle = true;
  });
  await finishOne();
  expect(idle).toBe(false);
  await finishOne();
  await waiting;
});

test('what waits is dropped when the connection is gone, and what fails is told', async () => {
  const { window, onError, ask, finishOne, started } = setUp(1);
  ask();
  ask();
  window.close();
  await finishOne();
  expect(started()).toBe(1);
  window.run(() => Promise.reject(new Error('no')));
  await window.idle();
  expect(onError).toHaveBeenCalledExactlyOnceWith(new Error('no'));
});
