import { renewEpoch } from '../domain/index.ts';
import type { CliContext } from './context.ts';
import { configOf, requireSecretBox, withStore } from './open-data.ts';
import { isRefusal } from './refusal.ts';

/**
 * `confab renew-epoch`: for an operator who has put a copy of the data back. Clients that were connected after the copy was made are
 * told to start anew, instead of silently dropping what comes under event ids that they have seen (invariant 11). Resolves with the
 * exit code.
 */
export async function renewEpochCommand(context: CliContext, argv: readonly string[]): Promise<number> {
  const { stdout, stderr } = context;
  try {
    const resolved = configOf(context, argv);
    await withStore(context, resolved, (store) => renewEpoch(store, requireSecretBox(resolved)));
  } catch (error) {
    if (!isRefusal(error)) throw error;
    stderr.write(`confab cannot renew the epoch: ${error.message}\n`);
    return 1;
  }
  stdout.write('The epoch is renewed: clients of what was here before will be told to start anew.\n');
  return 0;
}
