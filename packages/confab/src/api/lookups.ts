import {
  type AccountActor,
  type ConversationRow,
  findConversation,
  findService,
  findServiceById,
  type ServiceRef,
  serviceRef,
} from '../domain/index.ts';
import { oncePerTurn } from '../http/index.ts';
import type { ApiContext } from './context.ts';

/** Finds what most paths name: read once for all requests of a turn, which under load are often about the same. */
export interface Lookups {
  /** A service of the account by SID, or the account's default service when no SID is given (REST API 1). */
  findService(account: AccountActor['account'], sid?: string): Promise<ServiceRef | undefined>;
  /** A conversation of the service, by SID or unique name. */
  findConversation(service: ServiceRef, sidOrUniqueName: string): Promise<ConversationRow | undefined>;
}

export function createLookups({ read }: Pick<ApiContext, 'read'>): Lookups {
  const defaultService = oncePerTurn(async (id: number) => {
    const row = await findServiceById(read, id);
    return row && serviceRef(row);
  });
  const service = oncePerTurn(async (accountId: number, sid: string) => {
    const row = await findService(read, accountId, sid);
    return row && serviceRef(row);
  });
  const conversation = oncePerTurn((serviceId: number, name: string) => findConversation(read, serviceId, name));
  return {
    async findService({ id, default_service_id }, sid) {
      if (sid !== undefined) return service(id, sid);
      return default_service_id === null ? undefined : defaultService(default_service_id);
    },
    findConversation: ({ id }, sidOrUniqueName) => conversation(id, sidOrUniqueName),
  };
}
