import type { Bus, BusListener } from './bus.ts';

/** The bus of a single node. */
export function createInProcessBus(): Bus {
  const listeners: BusListener[] = [];
  return {
    publish(changeSet) {
      for (const listener of listeners) listener.changed(changeSet);
    },
    tellTyping(typing) {
      for (const listener of listeners) listener.typing(typing);
    },
    publishLogged() {
      for (const listener of listeners) listener.logged?.();
    },
    listen: (listener) => void listeners.push(listener),
    close: async () => {},
  };
}
