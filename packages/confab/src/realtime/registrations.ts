/** Contexts that a client may keep besides the registrations of its `init`. */
const MAX_CONTEXTS = 16;

/** The message types that a connection has asked for: it receives nothing else (protocol 2.5). */
export interface Registrations {
  /** Those of `init`, for the life of the connection. */
  registerInit(messageTypes: readonly string[]): void;
  /** False when the client keeps too many contexts already. */
  register(contextId: string, messageTypes: readonly string[]): boolean;
  remove(contextId: string): void;
  has(messageType: string): boolean;
}

export function createRegistrations(): Registrations {
  const contexts = new Map<string, readonly string[]>();
  let ofInit: readonly string[] = [];
  let all = new Set<string>();
  const collect = (): void => {
    all = new Set([...ofInit, ...[...contexts.values()].flat()]);
  };
  return {
    registerInit(messageTypes) {
      ofInit = messageTypes;
      collect();
    },
    register(contextId, messageTypes) {
      if (contexts.size >= MAX_CONTEXTS && !contexts.has(contextId)) return false;
      contexts.set(contextId, messageTypes);
      collect();
      return true;
    },
    remove(contextId) {
      contexts.delete(contextId);
      collect();
    },
    has: (messageType) => all.has(messageType),
  };
}
