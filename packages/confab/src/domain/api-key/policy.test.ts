import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AccountActor } from '../actor.ts';
import { isPermitted, parsePolicy, policyOf } from './policy.ts';

function restrictedTo(...allow: unknown[]): AccountActor {
  const account = { id: 1, sid: 'AC1', default_service_id: null };
  return { kind: 'account', account, credentialSid: 'SK1', main: false, policy: policyOf(JSON.stringify({ allow })) };
}

describe('a policy', () => {
  it('grants what it lists, in both words', () => {
    for (const entry of ['/confab/conversations.messages/list', '/twilio/conversations/conversations.messages/list']) {
      expect(isPermitted(restrictedTo(entry), 'conversations.messages/list')).toBe(true);
      expect(isPermitted(restrictedTo(entry), 'conversations.messages/read')).toBe(false);
      expect(isPermitted(restrictedTo(entry), 'conversations/list')).toBe(false);
    }
  });

  it('grants every action on a resource by *, and on no other resource', () => {
    const actor = restrictedTo('/confab/conversations/*');
    expect(isPermitted(actor, 'conversations/delete')).toBe(true);
    expect(isPermitted(actor, 'conversations.messages/list')).toBe(false);
  });

  it.each([
    '/twilio/messaging/messages/list',
    '/twilio/messages/list',
    '/confab/messages/list/',
    '/confab/*/list',
    '/confab/*/*',
    '/confab/*',
    '/*',
    'confab/messages/list',
    '//confab/messages/list',
    '/CONFAB/messages/list',
    '/confab/messages/LIST',
    '/confab/messages/list ',
    '/confab/messages/list\n',
    '/confab/messages/l*',
    '/confab/mess.*/list',
    '/confab/mess?ges/list',
    7,
    null,
    ['/confab/messages/list'],
  ])('grants nothing by %j', (entry) => {
    expect(isPermitted(restrictedTo(entry), 'messages/list')).toBe(false);
  });

  it('grants nothing when it is missing or cannot be read', () => {
    for (const stored of [null, '', '{', '[]', 'null', '{"allow":"/confab/messages/list"}', '{"deny":[]}']) {
      expect(policyOf(stored).size).toBe(0);
    }
    fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (stored) => policyOf(stored).size === 0));
  });

  it('is kept as it was given, each entry once', () => {
    const allow = ['/twilio/messaging/messages/read', '/confab/users/list', '/confab/users/list'];
    expect(parsePolicy(JSON.stringify({ allow }))).toEqual(allow.slice(0, 2));
  });

  it.each([
    ['no JSON', '{'],
    ['no object', '[]'],
    ['more than allow', '{"allow":["/confab/users/list"],"deny":[]}'],
    ['nothing allowed', '{"allow":[]}'],
    ['no list', '{"allow":"/confab/users/list"}'],
    ['an entry that is no text', '{"allow":[1]}'],
    ['an entry that is no path', '{"allow":["users"]}'],
    ['a long entry', JSON.stringify({ allow: [`/confab/${'x'.repeat(300)}/list`] })],
    ['too many entries', JSON.stringify({ allow: Array.from({ length: 101 }, (_, at) => `/confab/r${at}/list`) })],
  ])('is refused with %s', (_name, json) => {
    expect(() => parsePolicy(json)).toThrow(expect.objectContaining({ code: 20001, status: 400 }));
  });
});

it('binds nobody who is not restricted', () => {
  const { policy: _, ...actor } = restrictedTo();
  expect(isPermitted(actor, 'conversations/delete')).toBe(true);
});
