/** Frames as the protocol describes them (protocol 2.1), written and read apart from the server's own code. */

export type Fields = Record<string, unknown>;

export interface Packet {
  header: Fields;
  /** The parsed payload; undefined if there is none. */
  body: unknown;
}

/** `lineBreak`: mobile clients end a payload that is not empty with CR LF. */
export function frameOf(header: Fields, payload = '', lineBreak = false): Buffer {
  const text = JSON.stringify({ ...header, payload_size: Buffer.byteLength(payload) });
  const tail = lineBreak && payload !== '' ? '\r\n' : '';
  return Buffer.from(`TWILSOCK V3.0 ${Buffer.byteLength(text)}\r\n${text}\r\n${payload}${tail}`);
}

/** A frame whose parts are given as text, true or not. */
export function lyingFrame({
  magic = 'TWILSOCK V3.0 ',
  length,
  header,
  payload = '',
}: {
  magic?: string;
  length?: string | number;
  header: string;
  payload?: string;
}): Buffer {
  return Buffer.from(`${magic}${length ?? Buffer.byteLength(header)}\r\n${header}\r\n${payload}`);
}

/** Takes a server's frame apart, strictly: every byte must be where its length says. */
export function parsePacket(data: Buffer): Packet {
  const lineEnd = data.indexOf('\r\n');
  const match = /^TWILSOCK V3\.0 (\d+)$/.exec(data.toString('latin1', 0, lineEnd));
  if (match === null) throw new Error(`No frame: ${data.toString('latin1', 0, 100)}`);
  const headerEnd = lineEnd + 2 + Number(match[1]);
  const header = fieldsOf(JSON.parse(utf8(data.subarray(lineEnd + 2, headerEnd))));
  if (data.toString('latin1', headerEnd, headerEnd + 2) !== '\r\n') throw new Error('The header has another length.');
  const payload = data.subarray(headerEnd + 2);
  if (payload.length !== header.payload_size) throw new Error('The payload has another length.');
  return { header, body: payload.length === 0 ? undefined : JSON.parse(utf8(payload)) };
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function utf8(bytes: Buffer): string {
  return decoder.decode(bytes);
}

export function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : {};
}

/** Text at a path of member names; throws when there is none. */
export function textAt(value: unknown, ...path: string[]): string {
  const found = path.reduce<unknown>((at, name) => fieldsOf(at)[name], value);
  if (typeof found !== 'string') throw new Error(`No text at ${path.join('.')} in ${JSON.stringify(value)}`);
  return found;
}
