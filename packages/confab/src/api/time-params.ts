import { type IsoDuration, parseIsoDuration } from '../iso-duration.ts';
import { type Param, parsed, time } from './params.ts';

const LAST_MS_OF_DAY = 86_400_000 - 1;

/** As `time`, for the end of a range: a date alone is its last moment. */
export const timeUntil: Param<number | undefined> = {
  ...time,
  read(name, given) {
    const ms = time.read(name, given);
    const isDate = typeof given === 'string' && /^[\d-]+$/.test(given);
    return ms !== undefined && isDate ? ms + LAST_MS_OF_DAY : ms;
  },
};

/** An ISO 8601 duration (lifecycle 1). Bad ones have codes of their own there: see `withCode`. */
export const duration: Param<IsoDuration | undefined> = parsed(
  { type: 'string' },
  'must be an ISO 8601 duration, such as PT10M or P1DT12H',
  parseIsoDuration,
);
