import { expect, test } from 'vitest';
import { createOutbox } from './outbox.ts';
import type { Transport } from './transport.ts';

const transport: Transport = {
  write() {},
  bufferedBytes: () => 0,
  isOpen: () => true,
  pause() {},
  resume() {},
  isPaused: () => false,
  close() {},
  terminate() {},
  onMessage() {},
  onBytes: () => () => {},
  onDrain() {},
  onError() {},
  onClose() {},
};

test('of the messages of one write the newest counts, though an older one that was edited is told after it', () => {
  const told: (readonly [number, (readonly [number, number])[]])[] = [];
  const outbox = createOutbox({
    transport,
    flusher: { schedule() {} },
    maxBytes: 1000,
    pauseBytes: 1000,
    onWritten: (packets, messages) => told.push([packets, [...(messages ?? [])]]),
    onOverflow() {},
  });
  const added = (index: number) => ({
    messageType: 'x',
    envelope: '',
    event: '{}',
    brings: { conversationId: 7, index },
  });
  outbox.notify(added(8));
  outbox.notify(added(9));
  outbox.notify(added(3));
  outbox.flush();
  expect(told).toEqual([[1, [[7, 9]]]]);
});
