export { createAlarm } from './consumer/alarm.ts';
export { removeConsumer, replayFrom } from './consumer/cursor.ts';
export { type Consumer, type ConsumerOptions, type HandleEvents, startConsumer } from './consumer/start-consumer.ts';
export { createEventFeed, type EventFeed } from './export/event-feed.ts';
export { cursorText, type ExportedEvent, exportedEvent, readCursor } from './export/event-json.ts';
export { NOTICED_KINDS, type Notice, type NoticeScope, noticesOf } from './parameters/notices.ts';
export { preActionParameters } from './parameters/pre-action.ts';
export type { ParameterName, Parameters } from './parameters/wire.ts';
