import type { ServiceRow } from './queries.ts';

/** The roles that a service gives to whom no other is given (lifecycle 5 and 7). */
export interface DefaultRoleIds {
  readonly serviceRoleId: number;
  readonly conversationRoleId: number;
  readonly creatorRoleId: number;
}

/** Columns that `defaultRoleIds` reads. */
export const DEFAULT_ROLE_COLUMNS = [
  'default_service_role_id',
  'default_conversation_role_id',
  'default_conversation_creator_role_id',
] as const;

/** A service has them all from the transaction on in which it is made. */
export function defaultRoleIds(row: Pick<ServiceRow, (typeof DEFAULT_ROLE_COLUMNS)[number]>): DefaultRoleIds {
  const {
    default_service_role_id: serviceRoleId,
    default_conversation_role_id: conversationRoleId,
    default_conversation_creator_role_id: creatorRoleId,
  } = row;
  if (serviceRoleId === null || conversationRoleId === null || creatorRoleId === null) {
    throw new Error('The service has no default roles.');
  }
  return { serviceRoleId, conversationRoleId, creatorRoleId };
}
