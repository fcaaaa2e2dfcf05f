import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeFrame, encodeFrame, FrameError } from './frame.ts';

const DEPTH = 64;
const text = fc.string({ unit: 'binary' });
/** JSON that survives a round trip, without the member that is refused. */
const member = fc.oneof(text, fc.integer(), fc.boolean(), fc.constant(null), fc.array(text), fc.dictionary(text, text));
const header = fc
  .dictionary(text, member, { noNullPrototype: true })
  .map(({ payload_size, ...rest }) => rest)
  .filter((fields) => !JSON.stringify(fields).includes('__proto__'));

/** A frame whose length and header are given as they are. */
function frame(length: string | number, headerText: string, rest = '\r\n'): Buffer {
  return Buffer.from(`TWILSOCK V3.0 ${length}\r\n${headerText}${rest}`);
}

describe('frames', () => {
  test('what is encoded is decoded again, whatever Unicode is in it', () => {
    fc.assert(
      fc.property(header, text, (fields, payload) => {
        const decoded = decodeFrame(encodeFrame(fields, payload), DEPTH);
        expect(decoded.header).toEqual({ ...fields, payload_size: Buffer.byteLength(payload) });
        expect(decoded.payload).toEqual(Buffer.from(payload));
      }),
    );
  });

  test('lengths are bytes, not characters', () => {
    const encoded = encodeFrame({ id: 'é😀' }, 'ü😀');
    const headerText = '{"id":"é😀","payload_size":6}';
    expect(encoded.toString()).toBe(`TWILSOCK V3.0 ${Buffer.byteLength(headerText)}\r\n${headerText}\r\nü😀`);
    expect(Buffer.byteLength(headerText)).toBeGreaterThan(headerText.length);
  });

  test('what follows the payload is ignored: mobile clients add a line break', () => {
    fc.assert(
      fc.property(text, fc.uint8Array(), (payload, tail) => {
        const decoded = decodeFrame(Buffer.concat([encodeFrame({}, payload), tail]), DEPTH);
        expect(decoded.payload).toEqual(Buffer.from(payload));
      }),
    );
  });

  test('a payload may be absent', () => {
    expect(decodeFrame(frame(2, '{}'), DEPTH)).toEqual({ header: {}, payload: Buffer.alloc(0) });
    expect(decodeFrame(frame(21, '{"payload_size":null}'), DEPTH).payload).toHaveLength(0);
  });

  test.each<[string, Buffer]>([
    ['nothing', Buffer.alloc(0)],
    ['another magic', Buffer.from('TWILSOCK V2.0 2\r\n{}\r\n')],
    ['the magic alone', Buffer.from('TWILSOCK V3.0 ')],
    ['no length', frame('', '{}')],
    ['a negative length', frame(-2, '{}')],
    ['a signed length', frame('+2', '{}')],
    ['a fractional length', frame('2.0', '{}')],
    ['a hexadecimal length', frame('0x2', '{}')],
    ['a length with a space', frame('2 ', '{}')],
    ['a short length', frame(1, '{}')],
    ['a long length', frame(3, '{}')],
    ['a length beyond the message', frame(99_999_999, '{}')],
    ['a length of many digits', frame('0'.repeat(100), '{}')],
    ['a length beyond all numbers', frame('9'.repeat(400), '{}')],
    ['line feeds alone', Buffer.from('TWILSOCK V3.0 2\n{}\n')],
    ['no line break after the header', frame(2, '{}', '')],
    ['half a line break after the header', frame(2, '{}', '\r')],
    ['a header that is no JSON', frame(3, '{a}')],
    ['an empty header', frame(0, '')],
    ['an array', frame(2, '[]')],
    ['null', frame(4, 'null')],
    ['a number', frame(1, '1')],
    ['a header of __proto__', frame(16, '{"__proto__":{}}')],
    ['a hidden __proto__', frame(21, String.raw`{"_\u005fproto__":{}}`)],
    ['a payload size that promises more', frame(18, '{"payload_size":1}')],
    ['a payload size below zero', frame(19, '{"payload_size":-1}')],
    ['a payload size with a fraction', frame(20, '{"payload_size":0.5}')],
    ['a payload size as text', frame(20, '{"payload_size":"0"}')],
    ['a payload size beyond all numbers', frame(22, '{"payload_size":1e999}')],
    ['a payload size as an array', frame(19, '{"payload_size":[]}')],
  ])('%s is refused', (_name, bytes) => {
    expect(() => decodeFrame(bytes, DEPTH)).toThrow(FrameError);
  });

  test('depth is counted in the header, outside of strings, up to the limit', () => {
    const nested = (levels: number): Buffer => {
      const headerText = `{"a":${'['.repeat(levels - 1)}${']'.repeat(levels - 1)}}`;
      return frame(headerText.length, headerText);
    };
    expect(decodeFrame(nested(DEPTH), DEPTH).header).toHaveProperty('a');
    expect(() => decodeFrame(nested(DEPTH + 1), DEPTH)).toThrow(/deeper than 64/);
    expect(() => decodeFrame(nested(100_000), DEPTH)).toThrow(/deeper than 64/);
    const brackets = JSON.stringify({ a: '["'.repeat(500) });
    expect(decodeFrame(frame(brackets.length, brackets), DEPTH).header).toEqual({ a: '["'.repeat(500) });
  });

  test('any bytes are a frame or a FrameError, never anything else', () => {
    const good = encodeFrame({ id: 'TM1', method: 'ping' }, 'payload');
    const mutated = fc
      .tuple(fc.nat({ max: good.length }), fc.nat({ max: 8 }), fc.uint8Array({ maxLength: 8 }))
      .map(([at, length, bytes]) => Buffer.concat([good.subarray(0, at), bytes, good.subarray(at + length)]));
    fc.assert(
      fc.property(fc.oneof(mutated, fc.uint8Array().map(Buffer.from)), (bytes) => {
        try {
          const { payload } = decodeFrame(Buffer.from(bytes), DEPTH);
          expect(payload.length).toBeLessThanOrEqual(bytes.length);
        } catch (error) {
          expect(error).toBeInstanceOf(FrameError);
        }
      }),
      { numRuns: 2000 },
    );
  });
});
