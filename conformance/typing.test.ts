import { describe, expect, test, vi } from 'vitest';
import { startConfab } from '../packages/confab/src/index.ts';
import { createDatabase, needsPostgres } from '../packages/confab/test/support/postgres.ts';
import { type Conversation, connect, nextEvent, SDKS } from './support/sdk.ts';

interface Participant {
  identity: string | null;
}

describe('typing, from one server to another on one PostgreSQL', needsPostgres, () => {
  test.each(SDKS)('$name tells that somebody types, and that it has ended', async (sdk) => {
    const database = await createDatabase();
    const node = () =>
      startConfab({ databaseUrl: database.url, limitOverrides: { busCheckMs: 3_600_000, typingTimeoutMs: 1_000 } });
    const [first, second] = await Promise.all([node(), node()]);
    const alice = await connect(sdk, first, 'alice é');
    const bob = await connect(sdk, second, 'bob');

    const created = await alice.createConversation();
    await created.join();
    const joined = nextEvent<Conversation>(bob, 'conversationJoined');
    await created.add('bob');
    await joined;
    // Once he hears of the roster he has opened it, and can see who types.
    const updated = nextEvent(bob, 'participantUpdated');
    // Hers may not have told her of him yet.
    const himself = await vi.waitFor(() => created.getParticipantByIdentity('bob'), { timeout: 10_000 });
    await himself?.updateAttributes({ awake: true });
    await updated;
    const started = nextEvent<Participant>(bob, 'typingStarted');
    const ended = nextEvent<Participant>(bob, 'typingEnded');
    await created.typing();
    expect(await started).toMatchObject({ identity: 'alice é' });
    expect(await ended).toMatchObject({ identity: 'alice é' });

    await Promise.all([alice.shutdown(), bob.shutdown()]);
    await Promise.all([first.stop(), second.stop()]);
    await database.drop();
  });
});
