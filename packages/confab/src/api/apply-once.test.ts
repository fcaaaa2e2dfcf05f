import { expect, it } from 'vitest';
import { replayOf } from './apply-once.ts';
import { OPERATIONS } from './register-api.ts';

it.each(
  OPERATIONS.filter(({ method, status, repeatable }) => method === 'POST' && status !== 204 && repeatable !== true),
)('a retry of $id is answered by the operation that shows what it made', (operation) => {
  const shown = replayOf(operation, OPERATIONS);
  expect(shown).toBeDefined();
  expect(shown?.id).not.toMatch(/^List/);
});
