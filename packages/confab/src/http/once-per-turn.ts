import { performance } from 'node:perf_hooks';

/**
 * Loads once for all who ask the same in one turn of the event loop: the requests that a turn reads from its sockets mostly come with
 * the same credentials and are often about the same conversation.
 *
 * A turn is what one poll of the sockets brought. Whoever is served in it had begun to send before anything was loaded in it, so nobody
 * can have known of a later change: what is revoked or changed counts for the very next request.
 */
export function oncePerTurn<Args extends readonly [string] | readonly number[] | readonly [number, string], Value>(
  load: (...args: Args) => Promise<Value>,
): (...args: Args) => Promise<Value> {
  const loading = new Map<string, Promise<Value>>();
  let turn = '';
  return (...args) => {
    const now = presentTurn();
    if (now !== turn) {
      turn = now;
      loading.clear();
      // Keys can be credentials: an idle server should not hold on to them.
      setImmediate(() => loading.clear());
    }
    // Unambiguous: only the last argument can be a text.
    const key = args.join(' ');
    const known = loading.get(key);
    if (known !== undefined) return known;
    const value = load(...args);
    loading.set(key, value);
    return value;
  };
}

/**
 * The iteration of the event loop and the events that it has polled so far. Both change with each poll, so that they also tell apart
 * what runs after a poll (timers, immediates) from the poll itself.
 */
function presentTurn(): string {
  const { loopCount, events } = performance.nodeTiming.uvMetricsInfo;
  return `${loopCount}/${events}`;
}
