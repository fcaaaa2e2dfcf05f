import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { connect } from 'node:net';
import { setImmediate as immediate } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { oncePerTurn } from './once-per-turn.ts';

function counted() {
  const loads: string[] = [];
  const load = oncePerTurn(async (id: number, name: string) => {
    loads.push(`${id}:${name}`);
    return loads.length;
  });
  return { load, loads };
}

describe('oncePerTurn', () => {
  let server: Server | undefined;
  afterEach(() => server?.close());

  it('loads each key once in a turn', async () => {
    const { load, loads } = counted();
    await immediate();
    const values = await Promise.all([load(1, 'a'), load(1, 'b'), load(1, 'a'), load(2, 'a')]);
    expect(values).toEqual([1, 2, 1, 3]);
    expect(loads).toEqual(['1:a', '1:b', '2:a']);
  });

  it('loads again in the next turn, and in the phase of the loop that follows', async () => {
    const { load, loads } = counted();
    for (let turn = 1; turn <= 3; turn += 1) {
      await load(1, 'a');
      await immediate();
    }
    expect(loads).toHaveLength(3);
  });

  it('never gives a request what was loaded before the answer that it follows', async () => {
    let version = 0;
    const load = oncePerTurn(async (_key: string) => version);
    server = createServer(async (request, response) => {
      // As a command does it: looked up while the request is read, changed and answered after that.
      const seen = await load('key');
      if (request.method === 'GET') response.end(String(seen));
      else setImmediate(() => response.end(String(++version)));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('not listening');

    const client = async (): Promise<void> => {
      const socket = connect(address.port, '127.0.0.1');
      const ask = async (method: string): Promise<number> => {
        socket.write(`${method} / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n`);
        const [answer] = await once(socket, 'data');
        return Number(String(answer).split('\r\n\r\n')[1]);
      };
      for (let n = 0; n < 100; n += 1) {
        const written = await ask('POST');
        expect(await ask('GET')).toBeGreaterThanOrEqual(written);
      }
      socket.destroy();
    };
    await Promise.all([client(), client(), client(), client()]);
    expect(version).toBe(400);
  });
});
