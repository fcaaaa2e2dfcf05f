import { setTimeout as sleep } from 'node:timers/promises';
import { type HttpConnection, openHttpConnection } from './http-connection.ts';

/** Sends messages over a fixed number of connections, and counts those that the server has answered with 201. */
export interface Sender {
  /** Messages that were acknowledged so far. */
  acknowledged(): number;
  /** Messages begun so far. */
  begun(): number;
  /** Each connection sends its next message as soon as the last one is acknowledged and `mayGoOn` says so, until `stop`. */
  startClosedLoop(mayGoOn?: () => boolean): { stop(): Promise<void> };
  /** Sends at a steady rate for that long, and waits for all answers. */
  pace(perSecond: number, durationMs: number): Promise<void>;
  close(): void;
}

/** `request` writes the nth message; the first is number 0. */
export async function createSender(
  port: number,
  connectionCount: number,
  request: (n: number) => string,
): Promise<Sender> {
  const connections = await Promise.all(Array.from({ length: connectionCount }, () => openHttpConnection(port)));
  let begun = 0;
  let acknowledged = 0;

  async function sendOne(connection: HttpConnection): Promise<void> {
    const text = request(begun);
    begun += 1;
    const { status, body } = await connection.send(text);
    if (status !== 201) throw new Error(`A send was answered with ${status}: ${body}`);
    acknowledged += 1;
  }

  return {
    acknowledged: () => acknowledged,
    begun: () => begun,
    startClosedLoop(mayGoOn = () => true) {
      let running = true;
      const loops = connections.map(async (connection) => {
        while (running) {
          if (mayGoOn()) await sendOne(connection);
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
      const free = [...connections];
      const sends: Promise<void>[] = [];
      const total = Math.round((perSecond * durationMs) / 1000);
      const started = performance.now();
      while (sends.length < total) {
        const due = Math.min(total, Math.floor(((performance.now() - started) * perSecond) / 1000) + 1);
        while (sends.length < due) {
          const connection = free.pop();
          if (connection === undefined) break;
          sends.push(sendOne(connection).finally(() => free.push(connection)));
        }
        await sleep(1);
      }
      await Promise.all(sends);
    },
    close() {
      for (const connection of connections) connection.close();
    },
  };
}
