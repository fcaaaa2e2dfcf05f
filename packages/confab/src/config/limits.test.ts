import { describe, expect, it } from 'vitest';
import { DEFAULT_LIMITS, resolveConfig } from './index.ts';

describe('limits', () => {
  it('are the documented ones of the resources', () => {
    expect(DEFAULT_LIMITS).toMatchObject({
      conversationFriendlyNameCharacters: 256,
      conversationAttributesBytes: 16_384,
      messageBodyBytes: 32_768,
      messageAttributesBytes: 4_096,
      identityCharacters: 256,
      participantAttributesBytes: 4_096,
      userAttributesBytes: 16_384,
      participantsPerConversation: 1_000,
      conversationsPerUser: 1_000,
    });
  });

  it('leave room for the largest resource in a form body, and in a frame with every character escaped', () => {
    const largest = Math.max(
      DEFAULT_LIMITS.messageBodyBytes + DEFAULT_LIMITS.messageAttributesBytes,
      DEFAULT_LIMITS.conversationAttributesBytes,
    );
    const percentEncoded = 3;
    const jsonEscaped = 6;
    expect(DEFAULT_LIMITS.restBodyBytes).toBeGreaterThan(percentEncoded * largest);
    expect(DEFAULT_LIMITS.frameBytes).toBeGreaterThan(jsonEscaped * largest);
  });

  it('can be set one by one by an embedding program', () => {
    const { limits } = resolveConfig({ limitOverrides: { participantsPerConversation: 3 } }).config;
    expect(limits).toEqual({ ...DEFAULT_LIMITS, participantsPerConversation: 3 });
    expect(DEFAULT_LIMITS.participantsPerConversation).toBe(1_000);
  });

  it.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])('refuse %s', (frameBytes) => {
    expect(() => resolveConfig({ limitOverrides: { frameBytes } })).toThrow(
      `limitOverrides.frameBytes is ${frameBytes}; expected a whole number from 1`,
    );
  });

  it('refuse a name that is none of them', () => {
    const input: object = { limitOverrides: { participantPerConversation: 3 } };
    expect(() => resolveConfig(input)).toThrow('limitOverrides.participantPerConversation is not a limit');
  });
});
