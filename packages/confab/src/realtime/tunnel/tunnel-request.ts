import { invalidParameter } from '../../domain/index.ts';
import { JsonRefusal, parseJson } from '../twilsock/json.ts';
import type { HttpRequest } from '../twilsock/packet.ts';

/** A tunnelled request, decoded once (protocol 4). */
export interface TunnelRequest {
  method: string;
  /** Path segments, each percent-decoded. */
  segments: readonly string[];
  /** The same as they came. */
  rawSegments: readonly string[];
  /** Throws a 400 when there is a NUL character in it. */
  query: (name: string) => string | undefined;
  /** A member of the form in the body. Throws a 400 when there is a NUL character in it. */
  form: (name: string) => string | undefined;
  /** The JSON object in the body. Throws a 400 when there is none. */
  body: () => TunnelBody;
}

/** Reads a body's members by type; a member of another type is a 400 that names it. */
export interface TunnelBody {
  text(name: string): string | undefined;
  list(name: string): readonly unknown[];
  /** The members of an object in it. */
  object(name: string): TunnelBody;
  value(name: string): unknown;
}

export interface TunnelResponse {
  status: number;
  body?: object | undefined;
}

export function readTunnelRequest(request: HttpRequest, payload: Buffer, maxDepth: number): TunnelRequest {
  const rawSegments = request.path.split('/').slice(1);
  return {
    method: request.method,
    segments: rawSegments.map(decode),
    rawSegments,
    query: (name) => {
      const value = request.params.get(name)?.[0];
      return value === undefined ? undefined : withoutNul(name, decode(value));
    },
    form: (name) => {
      const value = new URLSearchParams(payload.toString('utf8')).get(name);
      return value === null ? undefined : withoutNul(name, value);
    },
    // Only on demand: DELETE requests carry text that is labelled JSON and is not (protocol 4).
    body: () => readBody(payload, maxDepth),
  };
}

function withoutNul(name: string, text: string): string {
  if (text.includes('\0')) throw invalidParameter(`${name} must not contain the NUL character (U+0000).`);
  return text;
}

/** Decodes percent-encoded text. A malformed `%` sequence counts as raw text: old SDKs do not encode identities (protocol 16.2). */
export function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function readBody(payload: Buffer, maxDepth: number): TunnelBody {
  let value: unknown;
  try {
    value = parseJson(payload.toString('utf8'), maxDepth);
  } catch (error) {
    const refusal = invalidParameter(
      `The body must be a JSON object. ${error instanceof JsonRefusal ? error.message : ''}`.trim(),
    );
    refusal.cause = error;
    throw refusal;
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw invalidParameter('The body must be a JSON object.');
  }
  return membersOf(value);
}

export function membersOf(value: object): TunnelBody {
  const members = new Map<string, unknown>(Object.entries(value));
  return {
    value: (name) => members.get(name),
    text: (name) => {
      const member = members.get(name);
      if (member === undefined || member === null) return undefined;
      if (typeof member !== 'string') throw invalidParameter(`${name} must be text.`);
      return member;
    },
    object: (name) => {
      const member = members.get(name);
      if (typeof member !== 'object' || member === null || Array.isArray(member)) {
        throw invalidParameter(`${name} must be an object.`);
      }
      return membersOf(member);
    },
    list: (name) => {
      const member = members.get(name);
      if (!Array.isArray(member)) throw invalidParameter(`${name} must be an array.`);
      return member;
    },
  };
}
