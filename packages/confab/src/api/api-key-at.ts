import {
  type ApiKeyRow,
  createApiKey,
  findApiKey,
  type KeyWithSecret,
  type ListedApiKey,
  revokeApiKey,
  updateApiKey,
} from '../domain/index.ts';
import type { Call } from './operation.ts';

/** Largest page of a list of keys (REST API 2). */
export const KEYS_PAGE_MAXIMUM = 1000;

/** The key of the account that the path names by SID. A revoked key is none any more. */
export async function apiKeyAt(call: Call): Promise<ApiKeyRow> {
  const row = await findApiKey(call.context.read, call.path('Sid'));
  if (row === undefined || row.account_id !== call.actor.account.id || row.revoked_at !== null) throw call.notFound();
  return row;
}

/** Revokes the key that the path names. */
export async function revokeApiKeyAt(call: Call): Promise<void> {
  const { sid } = await apiKeyAt(call);
  await call.context.execute(revokeApiKey, call.actor, { apiKeySid: sid });
}

/** Changes the key that the path names. */
export async function updateApiKeyAt(
  call: Call,
  change: { friendlyName?: string | undefined; policy?: string | undefined },
): Promise<ListedApiKey> {
  const { sid } = await apiKeyAt(call);
  return call.context.execute(updateApiKey, call.actor, { apiKeySid: sid, ...change });
}

/** Makes a key of the account. */
export function createApiKeyFor(
  { context, actor }: Call,
  key: { kind: ListedApiKey['kind']; friendlyName: string | undefined; policy?: string | undefined },
): Promise<KeyWithSecret> {
  return context.execute(createApiKey, actor, { secretBox: context.secretBox, ...key });
}
