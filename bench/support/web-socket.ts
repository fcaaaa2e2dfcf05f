import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** A WebSocket client with no more than load needs: whole frames, no extensions (RFC 6455 5). */
export interface LoadSocket {
  /** One frame, in one write, as clients send their acknowledgements. */
  send(payload: Buffer, kind: 'text' | 'binary'): void;
  close(): void;
}

export interface LoadSocketHandlers {
  onMessage(payload: Buffer): void;
  /** The connection is gone without having been closed from here. */
  onLost(): void;
}

const OPCODE = { text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;
/** Not zero: the server is to do the unmasking that real clients make it do. */
const MASK = Buffer.from([0x5a, 0xc3, 0x1f, 0x96]);

export async function openLoadSocket(port: number, path: string, handlers: LoadSocketHandlers): Promise<LoadSocket> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  await once(socket, 'connect');
  const first = await upgrade(socket, path);
  let closing = false;
  let rest: Buffer = first;
  const read = (): void => {
    rest = takeFrames(rest, (opcode, payload) => {
      if (opcode === OPCODE.text || opcode === OPCODE.binary) handlers.onMessage(payload);
      else if (opcode === OPCODE.ping) socket.write(maskedFrame(payload, OPCODE.pong));
      else if (opcode === OPCODE.close) socket.end();
    });
  };
  socket.on('data', (chunk: Buffer) => {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    read();
  });
  socket.on('error', () => {});
  socket.on('close', () => {
    if (!closing) handlers.onLost();
  });
  read();
  return {
    send: (payload, kind) => {
      socket.write(maskedFrame(payload, OPCODE[kind]));
    },
    close() {
      closing = true;
      socket.destroy();
    },
  };
}

/** Asks for the upgrade. Resolves with what came after the answer's head. */
async function upgrade(socket: Socket, path: string): Promise<Buffer> {
  const key = randomBytes(16).toString('base64');
  socket.write(
    `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
      `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${key}\r\n\r\n`,
  );
  const over = new AbortController();
  socket.once('close', () => over.abort());
  let received: Buffer = Buffer.alloc(0);
  for (;;) {
    const [chunk] = await once(socket, 'data', { signal: over.signal });
    received = Buffer.concat([received, chunk]);
    const end = received.indexOf('\r\n\r\n');
    if (end === -1) continue;
    const head = received.toString('latin1', 0, end);
    if (!head.startsWith('HTTP/1.1 101')) throw new Error(`The upgrade was refused: ${head.split('\r\n', 1)[0]}`);
    return received.subarray(end + 4);
  }
}

/** Hands out each complete frame; returns the bytes of the last, incomplete one. */
function takeFrames(data: Buffer, onFrame: (opcode: number, payload: Buffer) => void): Buffer {
  let at = 0;
  while (data.length - at >= 2) {
    const first = data.readUInt8(at);
    let length = data.readUInt8(at + 1);
    let start = at + 2;
    if (length === 126) {
      if (data.length < start + 2) break;
      length = data.readUInt16BE(start);
      start += 2;
    } else if (length === 127) {
      if (data.length < start + 8) break;
      length = Number(data.readBigUInt64BE(start));
      start += 8;
    }
    if (data.length < start + length) break;
    if ((first & 0x80) === 0) throw new Error('The server fragments messages, which this client does not read.');
    onFrame(first & 0x0f, data.subarray(start, start + length));
    at = start + length;
  }
  return at === 0 ? data : data.subarray(at);
}

function maskedFrame(payload: Buffer, opcode: number): Buffer {
  const { length } = payload;
  const headLength = length < 126 ? 2 : length < 65_536 ? 4 : 10;
  const frame = Buffer.allocUnsafe(headLength + MASK.length + length);
  frame[0] = 0x80 | opcode;
  if (headLength === 2) frame[1] = 0x80 | length;
  else if (headLength === 4) {
    frame[1] = 0x80 | 126;
    frame.writeUInt16BE(length, 2);
  } else {
    frame[1] = 0x80 | 127;
    frame.writeBigUInt64BE(BigInt(length), 2);
  }
  MASK.copy(frame, headLength);
  const start = headLength + MASK.length;
  for (let at = 0; at < length; at += 1) frame[start + at] = (payload[at] ?? 0) ^ (MASK[at & 3] ?? 0);
  return frame;
}
