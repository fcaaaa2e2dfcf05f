import { describe, expect, it } from 'vitest';
import { HttpError } from '../http/index.ts';
import {
  clearable,
  flag,
  type Given,
  integer,
  listOf,
  oneOf,
  readParams,
  repeated,
  required,
  sid,
  text,
  time,
  withCode,
} from './params.ts';
import { jsonObject, url } from './text-params.ts';
import { duration, timeUntil } from './time-params.ts';

const SCHEMA = {
  Name: text,
  Count: integer({ minimum: 0 }),
  Enabled: flag,
  Order: oneOf(['asc', 'Desc']),
  Filters: repeated,
  RoleSid: sid('RL'),
};

function read(given: Given, unsupported: string[] = []) {
  return readParams(SCHEMA, unsupported, given);
}

function refusal(given: Given, unsupported: string[] = []): unknown {
  return refusalOf(() => read(given, unsupported));
}

function refusalOf(run: () => unknown): unknown {
  try {
    return run();
  } catch (error) {
    return error;
  }
}

describe('readParams', () => {
  it('gives undefined for what is absent, and leaves out what is not declared', () => {
    expect(read({ Other: 'x' })).toEqual({
      Name: undefined,
      Count: undefined,
      Enabled: undefined,
      Order: undefined,
      Filters: undefined,
      RoleSid: undefined,
    });
  });

  it('reads each kind', () => {
    const RoleSid = `RL${'0aF9'.repeat(8)}`;
    expect(read({ Name: '', Count: '007', Enabled: 'TRUE', Order: 'dESC', Filters: ['a', 'b'], RoleSid })).toEqual({
      Name: '',
      Count: 7,
      Enabled: true,
      Order: 'Desc',
      Filters: ['a', 'b'],
      RoleSid,
    });
    expect(read({ Enabled: 'false', Filters: 'one' })).toMatchObject({ Enabled: false, Filters: ['one'] });
  });

  it.each<[string, Given]>([
    ['Name', { Name: ['a', 'b'] }],
    ['Count', { Count: '-1' }],
    ['Count', { Count: '1e3' }],
    ['Count', { Count: ' 1' }],
    ['Count', { Count: '9007199254740993' }],
    ['Count', { Count: ['1', '1'] }],
    ['Enabled', { Enabled: 'yes' }],
    ['Enabled', { Enabled: '' }],
    ['Order', { Order: 'up' }],
    ['RoleSid', { RoleSid: `IS${'0'.repeat(32)}` }],
    ['RoleSid', { RoleSid: 'RL\0' }],
  ])('refuses a bad %s: %j', (parameter, given) => {
    const error = refusal(given);
    expect(error).toBeInstanceOf(HttpError);
    expect(error).toMatchObject({ status: 400, code: 20001, details: { parameter } });
  });

  it('refuses what is not supported, even when it is empty', () => {
    expect(refusal({ State: '' }, ['State'])).toMatchObject({
      message: 'Parameter State is not supported by this release.',
      details: { parameter: 'State' },
    });
  });

  it('asks for what is required', () => {
    expect(() => readParams({ Name: required(text) }, [], {})).toThrow('Parameter Name is required.');
    expect(readParams({ Name: required(text) }, [], { Name: '' })).toEqual({ Name: '' });
  });

  it('tells an empty value, which clears, from an absent one', () => {
    const read = (given: Given) => readParams({ Count: clearable(integer({ minimum: 0 })) }, [], given).Count;
    expect([read({ Count: '' }), read({}), read({ Count: '0' })]).toEqual([null, undefined, 0]);
    expect(() => read({ Count: ' ' })).toThrow('Parameter Count must be a whole number from 0.');
  });

  it('bounds whole numbers at both ends', () => {
    const read = (Count: string) => readParams({ Count: integer({ minimum: 1, maximum: 5 }) }, [], { Count }).Count;
    expect([read('1'), read('5')]).toEqual([1, 5]);
    for (const Count of ['0', '6']) expect(() => read(Count)).toThrow('Count must be a whole number from 1 to 5.');
  });

  it('reads lists of each kind, and names a list that is too long', () => {
    const schema = { Type: listOf(oneOf(['apn', 'fcm']), { maximum: 2, code: 50426 }) };
    const read = (given: Given) => readParams(schema, [], given).Type;
    expect([read({}), read({ Type: 'APN' }), read({ Type: ['fcm', 'apn'] })]).toEqual([
      undefined,
      ['apn'],
      ['fcm', 'apn'],
    ]);
    expect(() => read({ Type: ['fcm', 'gcm'] })).toThrow('Parameter Type must be one of apn, fcm.');
    expect(refusalOf(() => read({ Type: ['fcm', 'fcm', 'fcm'] }))).toMatchObject({
      status: 400,
      code: 50426,
      details: { parameter: 'Type' },
    });
  });

  it('refuses with a code of its own where there is one', () => {
    const schema = { State: withCode(50378, oneOf(['active', 'closed'])) };
    expect(readParams(schema, [], { State: 'Closed' })).toEqual({ State: 'closed' });
    expect(refusalOf(() => readParams(schema, [], { State: 'open' }))).toMatchObject({
      status: 400,
      code: 50378,
      message: 'Parameter State must be one of active, closed.',
      details: { parameter: 'State' },
    });
  });
});

describe('times', () => {
  const read = (At: string, param = time) => readParams({ At: param }, [], { At }).At;

  it.each([
    ['2015-12-16T22:18:37Z', Date.UTC(2015, 11, 16, 22, 18, 37)],
    ['2015-12-16T22:18:37.5Z', Date.UTC(2015, 11, 16, 22, 18, 37, 500)],
    ['2015-12-16t22:18:37z', Date.UTC(2015, 11, 16, 22, 18, 37)],
    ['2015-12-16T22:18:37+02:00', Date.UTC(2015, 11, 16, 20, 18, 37)],
    ['2015-12-16T22:18', Date.UTC(2015, 11, 16, 22, 18)],
    ['2015-12-16', Date.UTC(2015, 11, 16)],
    ['2024-02-29', Date.UTC(2024, 1, 29)],
  ])('%s', (text, ms) => {
    expect(read(text)).toBe(ms);
  });

  it('take the whole of the last day of a range', () => {
    expect(read('2015-12-16', timeUntil)).toBe(Date.UTC(2015, 11, 17) - 1);
    expect(read('2015-12-16T00:00:00Z', timeUntil)).toBe(Date.UTC(2015, 11, 16));
  });

  it.each(['', 'yesterday', '2015', '2015-02-29', '2015-13-01', '2015-12-16T25:00:00Z', '1450304317', '+002015-12-16'])(
    'is not %j',
    (text) => {
      expect(() => read(text)).toThrow('Parameter At must be a time in ISO 8601, such as 2024-01-31T23:59:59Z.');
      expect(() => read(text, timeUntil)).toThrow('must be a time');
    },
  );

  it('may be durations', () => {
    const read = (After: string) => readParams({ After: duration }, [], { After }).After;
    expect(read('PT1M')).toEqual({ text: 'PT1M', ms: 60_000 });
    expect(() => read('1 minute')).toThrow('Parameter After must be an ISO 8601 duration');
  });
});

describe('URLs', () => {
  const read = (Url: string) => readParams({ Url: url }, [], { Url }).Url;

  it.each(['https://example.com/hook?a=b', 'http://127.0.0.1:3000', 'HTTPS://user:pass@example.com/'])(
    '%s',
    (given) => {
      expect(read(given)).toBe(given);
    },
  );

  it.each(['', 'example.com', 'ftp://example.com', 'javascript:alert(1)', 'https://', 'http://[', 'http://a b/'])(
    'are not %j',
    (given) => {
      expect(() => read(given)).toThrow('Parameter Url must be a URL');
    },
  );

  it('have an end', () => {
    expect(() => read(`https://example.com/${'x'.repeat(2048)}`)).toThrow('of at most 2048 characters');
  });
});

describe('JSON objects', () => {
  const read = (Variables: string) => readParams({ Variables: jsonObject }, [], { Variables }).Variables;

  it('are parsed', () => {
    expect(read(' {"1": "a", "b": {"c": []}} ')).toEqual({ 1: 'a', b: { c: [] } });
  });

  it.each([
    '',
    '{',
    '[]',
    'null',
    '1',
    '"a"',
    '{"__proto__": {"admin": true}}',
    '{"a": {"constructor": {"prototype": 1}}}',
  ])('are not %j', (given) => {
    expect(() => read(given)).toThrow('Parameter Variables must be a JSON object.');
  });
});
