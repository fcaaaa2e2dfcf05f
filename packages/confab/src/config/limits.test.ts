import { describe, expect, it } from 'vitest';
import { DEFAULT_LIMITS, HOSTED_LIMITS, loadConfig, resolveConfig } from './index.ts';

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

  it('are those of the hosted service in their rates as well, where that is asked for', () => {
    expect(resolveConfig({ limits: 'hosted' }).config.limits).toEqual(HOSTED_LIMITS);
    expect(HOSTED_LIMITS).toEqual({
      ...DEFAULT_LIMITS,
      webhookTries: 1,
      serviceChangesPerSecond: DEFAULT_LIMITS.serviceChangesPerSecond / 100,
      conversationChangesPerSecond: DEFAULT_LIMITS.conversationChangesPerSecond / 100,
    });
    const limitOverrides = { serviceChangesPerSecond: 5 };
    expect(resolveConfig({ limits: 'hosted', limitOverrides }).config.limits).toEqual({
      ...HOSTED_LIMITS,
      ...limitOverrides,
    });
  });

  it('can be set one by one by a variable', () => {
    const CONFAB_LIMIT_OVERRIDES = 'tombstoneDays=7, frameBytes = 2048 ,';
    const load = (env: Record<string, string>) => loadConfig({ env, argv: [], cwd: '/', readFile: () => '' }).config;
    const { limits } = load({ CONFAB_LIMIT_OVERRIDES });
    expect(limits).toEqual({ ...DEFAULT_LIMITS, tombstoneDays: 7, frameBytes: 2048 });
    const faulty = { CONFAB_LIMIT_OVERRIDES: 'tombstoneDays, frameBytes=1k, nothing=1' };
    expect(() => load(faulty)).toThrow(
      [
        '  CONFAB_LIMIT_OVERRIDES.tombstoneDays is ""; expected a whole number from 1',
        '  CONFAB_LIMIT_OVERRIDES.frameBytes is "1k"; expected a whole number from 1',
        '  CONFAB_LIMIT_OVERRIDES.nothing is not a limit that Confab knows',
      ].join('\n'),
    );
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
