import { describe, expect, test } from 'vitest';
import { createRouter } from './router.ts';
import { readTunnelRequest } from './tunnel-request.ts';

function read(path: string, { method = 'GET', params = {}, payload = '' } = {}) {
  return readTunnelRequest({ method, path, params: new Map(Object.entries(params)) }, Buffer.from(payload), 64);
}

describe('path and query', () => {
  test('each segment is decoded once, after the split', () => {
    expect(read('/Client/v2/Users/bob%20x%2F%C3%BC%40y%2520').segments).toEqual([
      'Client',
      'v2',
      'Users',
      'bob x/ü@y%20',
    ]);
    expect(read('/Users/100%').segments).toEqual(['Users', '100%']);
    expect(read('/Users/ü x').segments).toEqual(['Users', 'ü x']);
  });

  test('the first of several values is taken, decoded once', () => {
    const { query } = read('/', { params: { Key: ['a%20b%2520', 'c'], From: ['%zz'] } });
    expect([query('Key'), query('From'), query('constructor')]).toEqual(['a b%20', '%zz', undefined]);
    expect(() => read('/', { params: { Key: ['a%00'] } }).query('Key')).toThrow(/NUL/);
  });
});

describe('body', () => {
  test('is read on demand only: DELETE carries text that is no JSON', () => {
    const request = read('/', { method: 'DELETE', payload: 'ip_messaging' });
    expect(() => request.body()).toThrow(/must be a JSON object/);
  });

  test('members are read by type, null like absent', () => {
    const body = read('/', { payload: '{"text":"é","null":null,"number":1,"list":[1]}' }).body();
    expect([body.text('text'), body.text('null'), body.text('absent'), body.text('toString')]).toEqual([
      'é',
      undefined,
      undefined,
      undefined,
    ]);
    expect(body.list('list')).toEqual([1]);
    expect(body.value('number')).toBe(1);
    expect(() => body.text('number')).toThrow('number must be text.');
    expect(() => body.list('text')).toThrow('text must be an array.');
    expect(() => body.list('absent')).toThrow('absent must be an array.');
  });

  test.each(['', '[]', 'null', '1', '"x"', '{', '{"__proto__":1}'])('%s is refused', (payload) => {
    expect(() => read('/', { payload }).body()).toThrow(/must be a JSON object/);
  });
});

test('routes match by method and path, and hand over what stands for a star', () => {
  const handler = async () => ({ status: 200 });
  const other = async () => ({ status: 201 });
  const route = createRouter([
    { method: 'GET', pattern: '/a/*/b/*', handler },
    { method: 'POST', pattern: '/a/*/b/*', handler: other },
  ]);
  expect(route(read('/a/x%2Fy/b/z'))).toEqual({ handler, path: ['x/y', 'z'] });
  expect(route(read('/a/x/b/z', { method: 'POST' }))).toEqual({ handler: other, path: ['x', 'z'] });
  for (const path of ['/a/x/b', '/a/x/b/z/', '/A/x/b/z', 'a/x/b/z', '/a/x/c/z', '', '/a/x/b/%00']) {
    expect(route(read(path))).toBeUndefined();
  }
  expect(route(read('/a/x/b/z', { method: 'PUT' }))).toBeUndefined();
});

test('a route may take the rest of the path as it came', () => {
  const handler = async () => ({ status: 200 });
  const route = createRouter([{ method: 'GET', pattern: '/a/*/b/**', handler }]);
  expect(route(read('/a/x%20y/b/z%2F%C3%BC'))).toEqual({ handler, path: ['x y', 'z%2F%C3%BC'] });
  expect(route(read('/a/x/b/p q/r//100%'))).toEqual({ handler, path: ['x', 'p q/r//100%'] });
  expect(route(read('/a/x/b/'))).toEqual({ handler, path: ['x', ''] });
  for (const path of ['/a/x/b', '/a/x/c/z', '/a/x/b/z%00', '/a/x/b/z/\0']) expect(route(read(path))).toBeUndefined();
});
