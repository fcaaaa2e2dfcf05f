export const NUL = 'a\0b';
export const SURROGATE = 'a\ud800b';

/** `length` bytes of UTF-8 that are fewer characters. */
export const bytes = (length: number) => '€'.repeat(Math.floor(length / 3)) + 'x'.repeat(length % 3);

/** `length` characters that are more UTF-16 units and bytes. */
export const characters = (length: number) => '🌱'.repeat(length);

/** A JSON text of `length` bytes. */
const jsonOf = (length: number) => `"${bytes(length - 2)}"`;

const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);

/** Texts that attributes must not be, and with what code they are refused. */
export const badAttributes = (limit: number): readonly (readonly [value: string, code: number])[] => [
  [jsonOf(limit + 1), 50303],
  ['{', 50304],
  ['{"a":1} x', 50304],
  ["{'a':1}", 50304],
  ['undefined', 50304],
  [nested(65), 50304],
  [nested(8000).slice(0, limit), 50304],
  [`{"a":"${NUL}"}`, 20001],
  [`{"a":"${SURROGATE}"}`, 20001],
];

/** Texts that are allowed, and kept as they are. */
export const goodAttributes = (limit: number) => [
  jsonOf(limit),
  nested(64),
  '{"__proto__":{"a":1},"constructor":2}',
  '"\\u0000"',
  ' {"order" : 1.0} ',
];
