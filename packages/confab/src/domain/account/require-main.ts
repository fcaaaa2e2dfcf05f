import type { AccountActor, Actor } from '../actor.ts';
import { refusals } from '../errors.ts';

/** The account behind Main credentials. Standard keys may do all but touch accounts and keys, users nothing of it (REST API 2). */
export function requireMain(actor: Actor): AccountActor {
  if (actor.kind !== 'account' || !actor.main) throw refusals.notAllowed();
  return actor;
}

/** The account behind any of its credentials: for what SDK users may never do. */
export function requireAccount(actor: Actor): AccountActor {
  if (actor.kind !== 'account') throw refusals.notAllowed();
  return actor;
}
