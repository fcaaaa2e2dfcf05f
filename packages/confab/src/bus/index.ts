export type { Bus, BusListener, Touch } from './bus.ts';
export { createInProcessBus } from './in-process-bus.ts';
export { createPostgresBus } from './postgres-bus.ts';
