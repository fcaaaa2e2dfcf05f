import { expect, it } from 'vitest';
import { createMessageTraces } from './message-traces.ts';
import { createDeliveryTrace } from './realtime/delivery-trace.ts';
import type { Change, MessageRow } from './store/seam.ts';

const CONVERSATION = 7;

function added(index: number): Change {
  const row = { sid: `IM${index}`, conversation_id: CONVERSATION, index } as MessageRow;
  const conversation = { sid: 'CH1', service_sid: 'IS1' };
  return { object: 'messages', action: 'added', event: index, at: 0, roster_event: 1, conversation, row };
}

it('remembers the newest messages, and so many sockets of each', () => {
  const traces = createMessageTraces({ messages: 2, deliveries: 1 });
  for (const index of [0, 1, 2]) traces.committed([added(index)], 10 + index);
  expect(traces.find('IM0')).toBeUndefined();
  expect(traces.find('IM1')).toMatchObject({ committedAt: 11, receivedAt: null });
  for (const connectionId of ['RQ1', 'RQ2', 'RQ3']) {
    traces.written({ conversationId: CONVERSATION, index: 2 }, { connectionId, userId: 1 }, 20);
  }
  expect(traces.find('IM2')).toMatchObject({ deliveries: [{ connectionId: 'RQ1' }], moreDeliveries: 2 });
  expect(traces.written({ conversationId: CONVERSATION, index: 0 }, { connectionId: 'RQ1', userId: 1 }, 20)).toBe(
    undefined,
  );
});

it('tells which messages a client has confirmed', () => {
  const traces = createMessageTraces();
  traces.committed([added(0), added(1), added(2)], 1);
  let now = 5;
  const trace = createDeliveryTrace(traces, 'RQ1', { now: () => now, setTimer: () => () => {} });
  for (const index of [0, 1, 2]) trace.written({ conversationId: CONVERSATION, index }, 1);
  now = 9;
  trace.acknowledged(new Map([[CONVERSATION, 1]]));
  const confirmed = [0, 1, 2].map((index) => traces.find(`IM${index}`)?.deliveries[0]?.acknowledgedAt);
  expect(confirmed).toEqual([9, 9, null]);
});
