export type { Bus, BusListener, Touch, Typing } from './bus.ts';
export { createInProcessBus } from './in-process-bus.ts';
export { createPostgresBus } from './postgres-bus.ts';
