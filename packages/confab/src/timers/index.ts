export { startTimers, type Timers, type TimersOptions } from './start-timers.ts';
