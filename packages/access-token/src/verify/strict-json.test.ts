import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { JsonFault, parseStrictObject } from './strict-json.ts';

test('reads every object that JSON.stringify writes', () => {
  const object = fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 5 }));
  fc.assert(
    fc.property(object, fc.constantFrom(0, 2), (value, indent) => {
      const text = JSON.stringify(value, null, indent);
      expect(JSON.stringify(parseStrictObject(text))).toBe(JSON.stringify(JSON.parse(text)));
    }),
  );
});

test('refuses a repeated name wherever it stands and however it is written', () => {
  const object = fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 2 }), { minKeys: 1 });
  fc.assert(
    fc.property(object, fc.array(fc.boolean(), { maxLength: 10 }), (value, nesting) => {
      const [name = ''] = Object.keys(value);
      const escaped = `"${[...name].map(escapeUnits).join('')}"`;
      let text = `${JSON.stringify(value).slice(0, -1)},${escaped}:null}`;
      for (const inArray of nesting) text = inArray ? `[{"a":":"},${text}]` : `{"a":0,"b":${text}}`;
      expect(() => parseStrictObject(`{"outer":${text}}`)).toThrow('repeats a member name');
    }),
  );
});

function escapeUnits(text: string): string {
  return text.replace(/./gs, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

describe('refuses', () => {
  test.each([
    ['', 'is not JSON'],
    ['{', 'is not JSON'],
    ['{"a":"', 'is not JSON'],
    ['{"a":"\\', 'is not JSON'],
    ['{}{}', 'is not JSON'],
    ['{"a":1,}', 'is not JSON'],
    ["{'a':1}", 'is not JSON'],
    ['{"a":NaN}', 'is not JSON'],
    ['\ufeff{}', 'is not JSON'],
    ['{"a":1}\0', 'is not JSON'],
    ['null', 'is not a JSON object'],
    ['[]', 'is not a JSON object'],
    ['"{}"', 'is not a JSON object'],
    ['{"a":1,"a":1}', 'repeats a member name'],
    ['{"a":{"b":1},"a":{"c":1}}', 'repeats a member name'],
    ['{"__proto__":1,"__proto__":2}', 'repeats a member name'],
    ['{"1":1,"\\u0031":1}', 'repeats a member name'],
  ])('%j: %s', (text, message) => {
    const fault = new JsonFault(message);
    expect(() => parseStrictObject(text)).toThrow(fault);
  });

  test('deep nesting, before it is parsed', () => {
    const nested = (depth: number) => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;
    expect(parseStrictObject(nested(16))).toBeTypeOf('object');
    expect(() => parseStrictObject(nested(17))).toThrow('nests deeper than 16 levels');
    expect(() => parseStrictObject('['.repeat(1_000_000))).toThrow('nests deeper than 16 levels');
  });
});

test('never repeats the text in its messages', () => {
  const messages = ['{"secret', '"secret"', '{"secret":1,"secret":1}'].map((text) => {
    try {
      return parseStrictObject(text);
    } catch (error) {
      return String(error);
    }
  });
  expect(messages.join()).not.toContain('secret');
});
