import { parseJson } from './json.ts';

/** One packet on the wire (protocol 2.1). */
export interface Frame {
  header: Record<string, unknown>;
  payload: Buffer;
}

/** Bytes that are no packet. Such a peer does not speak the protocol: there is no packet to answer, so its socket is closed. */
export class FrameError extends Error {
  override readonly name = 'FrameError';
}

const MAGIC = Buffer.from('TWILSOCK V3.0 ');
const CR = 0x0d;
const LF = 0x0a;
/** Decimal digits of a header length; the frame limit is far below 10^8. */
const LENGTH_DIGITS = 8;

/**
 * Takes a WebSocket message apart: magic, header length, header, payload, both lengths in bytes. What follows the payload is ignored
 * (mobile clients append a CR LF). Throws FrameError.
 */
export function decodeFrame(data: Buffer, maxDepth: number): Frame {
  const { headerStart, headerEnd } = locateHeader(data);
  let header: unknown;
  try {
    header = parseJson(data.toString('utf8', headerStart, headerEnd), maxDepth);
  } catch (error) {
    throw new FrameError(`The header is not acceptable JSON: ${error instanceof Error ? error.message : ''}`, {
      cause: error,
    });
  }
  if (!isRecord(header)) throw new FrameError('The header is not a JSON object.');
  const size = header.payload_size ?? 0;
  if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0) {
    throw new FrameError('payload_size is not a length in bytes.');
  }
  const payloadStart = headerEnd + 2;
  if (payloadStart + size > data.length) throw new FrameError('payload_size promises more bytes than the message has.');
  return { header, payload: data.subarray(payloadStart, payloadStart + size) };
}

/** Where the header lies, by the length that precedes it. */
function locateHeader(data: Buffer): { headerStart: number; headerEnd: number } {
  if (data.length < MAGIC.length || MAGIC.compare(data, 0, MAGIC.length) !== 0) {
    throw new FrameError('The message does not begin with TWILSOCK V3.0.');
  }
  let position = MAGIC.length;
  let length = 0;
  while (position < data.length && position - MAGIC.length < LENGTH_DIGITS && isDigit(data[position])) {
    length = length * 10 + Number(data[position]) - 0x30;
    position += 1;
  }
  if (position === MAGIC.length || !isLineEnd(data, position))
    throw new FrameError('The header length is not a number.');
  const headerStart = position + 2;
  const headerEnd = headerStart + length;
  if (!isLineEnd(data, headerEnd)) throw new FrameError('The header does not end where its length says.');
  return { headerStart, headerEnd };
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x30 && byte <= 0x39;
}

function isLineEnd(data: Buffer, position: number): boolean {
  return data[position] === CR && data[position + 1] === LF;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A packet as bytes. `payload` is text, sent as UTF-8; `header` gets its `payload_size` here. */
export function encodeFrame(header: Readonly<Record<string, unknown>>, payload = ''): Buffer {
  const payloadSize = Buffer.byteLength(payload);
  const headerText = JSON.stringify({ ...header, payload_size: payloadSize });
  return Buffer.from(`TWILSOCK V3.0 ${Buffer.byteLength(headerText)}\r\n${headerText}\r\n${payload}`);
}
