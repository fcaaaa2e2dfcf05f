import { expect, test, vi } from 'vitest';
import { createTaskQueue } from './task-queue.ts';

const turn = () => new Promise(setImmediate);

function setUp(concurrency: number) {
  const onError = vi.fn();
  const queue = createTaskQueue({ concurrency, onError });
  const started: string[] = [];
  const finish = new Map<string, () => void>();
  const add = (name: string) =>
    queue.add(() => {
      started.push(name);
      return new Promise((resolve) => finish.set(name, resolve));
    });
  const end = async (name: string) => {
    finish.get(name)?.();
    await turn();
  };
  return { queue, onError, started, add, end };
}

test('tasks begin in order, so many at once', async () => {
  const { started, add, end } = setUp(2);
  for (const name of ['a', 'b', 'c', 'd']) add(name);
  expect(started).toEqual(['a', 'b']);
  await end('b');
  expect(started).toEqual(['a', 'b', 'c']);
  await end('a');
  expect(started).toEqual(['a', 'b', 'c', 'd']);
});

test('what is taken out does not run, and what comes later does', async () => {
  const { started, add, end } = setUp(1);
  add('a');
  const takeOut = add('b');
  add('c');
  takeOut();
  takeOut();
  await end('a');
  expect(started).toEqual(['a', 'c']);
  add('d');
  await end('c');
  await end('d');
  add('e');
  expect(started).toEqual(['a', 'c', 'd', 'e']);
});

test('nothing that waits runs after the end', async () => {
  const { queue, started, add, end } = setUp(1);
  add('a');
  add('b');
  queue.close();
  await end('a');
  expect(started).toEqual(['a']);
});

test('a task that fails is told and makes room', async () => {
  const { queue, onError, started, add } = setUp(1);
  queue.add(() => Promise.reject(new Error('no')));
  add('a');
  await turn();
  expect(onError).toHaveBeenCalledExactlyOnceWith(new Error('no'));
  expect(started).toEqual(['a']);
});

test('others have the event loop in between', async () => {
  const { queue } = setUp(4);
  let done = 0;
  for (let at = 0; at < 1000; at += 1) {
    queue.add(async () => {
      done += 1;
    });
  }
  await turn();
  expect(done).toBeGreaterThan(0);
  expect(done).toBeLessThan(1000);
  await vi.waitUntil(() => done === 1000);
});
