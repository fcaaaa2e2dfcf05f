import { describe, expect, it } from 'vitest';
import { HttpError } from '../http/index.ts';
import { clearable, flag, type Given, integer, oneOf, readParams, repeated, required, sid, text } from './params.ts';

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
  try {
    return read(given, unsupported);
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
});
