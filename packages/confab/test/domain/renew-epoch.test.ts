import { randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import { firstStart, renewEpoch } from '../../src/domain/index.ts';
import { createSecretBox } from '../../src/secrets/index.ts';
import { emptyDatabase, onEachEngine, openTestStore } from '../support/store.ts';

const NOW = Date.UTC(2026, 0, 1);

onEachEngine('renewing the epoch', (engine) => {
  async function setUp() {
    const store = await openTestStore(await emptyDatabase(engine));
    return { store, secretBox: createSecretBox(randomBytes(32)) };
  }

  it('changes it, each time to another one, and nothing else', async () => {
    const { store, secretBox } = await setUp();
    const first = await firstStart(store, secretBox, {}, NOW);
    const epochs = new Set([first.epoch]);
    for (let time = 0; time < 2; time += 1) {
      await renewEpoch(store, secretBox);
      const { epoch, ...found } = await firstStart(store, secretBox, {}, NOW);
      expect({ ...found, epoch: first.epoch }).toEqual(first);
      expect(epoch).toMatch(/^[0-9a-f]{32}$/);
      epochs.add(epoch);
    }
    expect(epochs.size).toBe(3);
  });

  it('is refused with another master key than the database was made with, and changes nothing', async () => {
    const { store, secretBox } = await setUp();
    const { epoch } = await firstStart(store, secretBox, {}, NOW);
    await expect(renewEpoch(store, createSecretBox(randomBytes(32)))).rejects.toMatchObject({
      name: 'FirstStartError',
      message: expect.stringContaining('master key'),
    });
    expect(await firstStart(store, secretBox, {}, NOW)).toMatchObject({ epoch });
  });

  it('is refused in an empty database, and leaves it empty', async () => {
    const { store, secretBox } = await setUp();
    await expect(renewEpoch(store, secretBox)).rejects.toMatchObject({
      name: 'FirstStartError',
      message: expect.stringContaining('empty'),
    });
    expect(await store.read.selectFrom('meta').selectAll().execute()).toEqual([]);
  });
});
