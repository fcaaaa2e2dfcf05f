import { setTimeout as sleep } from 'node:timers/promises';
import { LoginPutOff } from './twilsock-client.ts';

const FIRST_MS = 1000;
const LONGEST_MS = 120_000;
const SPREAD = 0.2;

/**
 * Dials until it works, as the SDK does after its connection was lost: after one second, then after twice as long each time, give or take a
 * fifth; when the server says how long to wait, so long (protocol 3.2, 3.7). Returns how often it dialled.
 */
export async function redial(dial: () => Promise<void>): Promise<number> {
  let waitMs = FIRST_MS;
  for (let dialled = 1; ; dialled += 1) {
    await sleep(waitMs * (1 - SPREAD + 2 * SPREAD * Math.random()));
    try {
      await dial();
      return dialled;
    } catch (error) {
      waitMs = error instanceof LoginPutOff ? error.waitMs : Math.min(2 * waitMs, LONGEST_MS);
    }
  }
}
