import type { Bus, BusListener } from './bus.ts';

/** The bus of a single node. */
export function createInProcessBus(): Bus {
  const listeners: BusListener[] = [];
  return {
    publish(changes) {
      for (const listener of listeners) listener.changes(changes);
    },
    listen: (listener) => void listeners.push(listener),
    close: async () => {},
  };
}
