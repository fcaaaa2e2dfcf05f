import { expect, it } from 'vitest';
import { replayOf } from './apply-once.ts';
import { OPERATIONS } from './register-api.ts';

/** What changes nothing that is stored: to do it twice is to do it once. */
const UNSTORED = new Set(['EndSessions', 'DropConnection', 'ShapeConnection', 'ClearConnection']);

it.each(OPERATIONS.filter(({ id, method, status }) => method === 'POST' && status !== 204 && !UNSTORED.has(id)))(
  'a retry of $id is answered by the operation that shows what it made',
  (operation) => {
    const shown = replayOf(operation, OPERATIONS);
    expect(shown).toBeDefined();
    expect(shown?.id).not.toMatch(/^List/);
  },
);
