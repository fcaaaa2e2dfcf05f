import type { DescribedPacket } from '../../domain/index.ts';
import { decodeFrame, type Frame } from '../twilsock/frame.ts';
import { parseJson } from '../twilsock/json.ts';
import { redact, redactText } from './redact.ts';

export interface DescribeOptions {
  jsonDepth: number;
  maxBodyBytes: number;
}

/** Only what is named here is told of a header: tokens of `init` and `update` are not, nor the headers of requests. */
export function describePacket(data: Buffer, options: DescribeOptions): DescribedPacket {
  let frame: Frame;
  try {
    frame = decodeFrame(data, options.jsonDepth);
  } catch {
    return { bytes: data.length, method: 'unreadable' };
  }
  const { header, payload } = frame;
  const request = fieldsOf(header.http_request);
  return {
    bytes: data.length,
    method: textOf(header.method) ?? 'unreadable',
    ...defined({
      id: textOf(header.id),
      status: codeOf(header.status),
      request: request && describeRequest(request),
      httpStatus: codeOf(header.http_status),
      messageType: textOf(header.message_type),
    }),
    ...bodyOf(payload, options),
  };
}

function describeRequest(request: Readonly<Record<string, unknown>>) {
  const params = redact(request.params);
  return {
    method: textOf(request.method) ?? '',
    path: textOf(request.path) ?? '',
    ...(fieldsOf(params) !== undefined && { params }),
  };
}

function bodyOf(
  payload: Buffer,
  { jsonDepth, maxBodyBytes }: DescribeOptions,
): Pick<DescribedPacket, 'body' | 'bodyBytes'> {
  if (payload.length === 0) return {};
  if (payload.length > maxBodyBytes) return { bodyBytes: payload.length };
  try {
    return { body: redact(parseJson(payload.toString('utf8'), jsonDepth)) };
  } catch {
    return { bodyBytes: payload.length };
  }
}

/** Text of a header is short; what a client makes longer is cut. */
function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? redactText(value.slice(0, 2048)) : undefined;
}

function codeOf(status: unknown): number | undefined {
  const code = fieldsOf(status)?.code;
  return typeof code === 'number' ? code : undefined;
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value))
    : undefined;
}

function defined<Fields extends object>(fields: Fields): { [Name in keyof Fields]?: Exclude<Fields[Name], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as never;
}
