import { setTimeout as sleep } from 'node:timers/promises';
import { openHttpConnection } from './http-connection.ts';

/** One who sends: one message at a time, told apart by its number. Resolves when the server has acknowledged it. */
export type SendMessage = (n: number) => Promise<void>;

/** Sends messages through a fixed number of hands, and counts those that were acknowledged. */
export interface Sender {
  /** Messages that were acknowledged so far. */
  acknowledged(): number;
  /** Messages begun so far. */
  begun(): number;
  /** Each hand sends its next message as soon as the last one is acknowledged and `mayGoOn` says so, until `stop`. */
  startClosedLoop(mayGoOn?: () => boolean): { stop(): Promise<void> };
  /** Sends at a steady rate for that long, and waits for all acknowledgements. */
  pace(perSecond: number, durationMs: number): Promise<void>;
}

export function createSender(hands: readonly SendMessage[]): Sender {
  let begun = 0;
  let acknowledged = 0;

  async function sendOne(send: SendMessage): Promise<void> {
    const n = begun;
    begun += 1;
    await send(n);
    acknowledged += 1;
  }

  return {
    acknowledged: () => acknowledged,
    begun: () => begun,
    startClosedLoop(mayGoOn = () => true) {
      let running = true;
      const loops = hands.map(async (send) => {
        while (running) {
          if (mayGoOn()) await sendOne(send);
          else await sleep(1);
        }
      });
      const done = Promise.all(loops);
      // Told to whoever stops the loop; until then a failure must not end the process.
      done.catch(() => {});
      return {
        async stop() {
          running = false;
          await done;
        },
      };
    },
    async pace(perSecond, durationMs) {
      const free = [...hands];
      const sends: Promise<void>[] = [];
      const total = Math.round((perSecond * durationMs) / 1000);
      const started = performance.now();
      while (sends.length < total) {
        const due = Math.min(total, Math.floor(((performance.now() - started) * perSecond) / 1000) + 1);
        while (sends.length < due) {
          const send = free.shift();
          if (send === undefined) break;
          sends.push(sendOne(send).finally(() => free.push(send)));
        }
        await sleep(1);
      }
      await Promise.all(sends);
    },
  };
}

/** Hands that send over HTTP, each over a connection of its own. `request` writes the nth message. */
export async function httpHands(
  port: number,
  count: number,
  request: (n: number) => string,
): Promise<{ hands: SendMessage[]; close(): void }> {
  const connections = await Promise.all(Array.from({ length: count }, () => openHttpConnection(port)));
  const hands = connections.map((connection) => async (n: number) => {
    const { status, body } = await connection.send(request(n));
    if (status !== 201) throw new Error(`A send was answered with ${status}: ${body}`);
  });
  return {
    hands,
    close() {
      for (const connection of connections) connection.close();
    },
  };
}
