import { type Fields, fieldsOf } from '../support/raw-frames.ts';
import type { ClientLink } from './client-link.ts';
import type { SyncCopy } from './sync-copy.ts';
import type { World } from './world.ts';

/** Keeps a client subscribed to what it wants to be, as the SDK does (protocol 6.5, 6.6). */
export interface ClientSubscriptions {
  add(copy: SyncCopy): void;
  remove(copy: SyncCopy): void;
  /** A new link: everything is asked for again, from where it was. */
  connected(link: ClientLink): void;
  disconnected(): void;
  /** What the server has sent: events, and results of subscriptions. */
  notified(body: Fields): void;
  /** What is not established yet. */
  unsettled(): string[];
}

export interface SubscriptionWatcher {
  /** The server says that there is no such object. */
  gone(copy: SyncCopy): void;
  wrong(what: string): void;
}

interface Wanted {
  copy: SyncCopy;
  state: 'wanted' | 'asked' | 'established' | 'failed';
  /** The request whose answer counts. */
  correlation: number;
}

/** How soon after the first wish the wishes are sent together. */
const COLLECT_MS = 50;

export function createClientSubscriptions(world: World, watcher: SubscriptionWatcher): ClientSubscriptions {
  const { schedule, random } = world;
  const wanted = new Map<string, Wanted>();
  let link: ClientLink | undefined;
  let correlations = 0;
  let scheduled = false;
  /** Objects that this link has been asked for while an earlier request was still good: events may come twice. */
  let overlapping = new Set<string>();
  /** Objects that this link may be subscribed to. */
  let asked = new Set<string>();

  function sendSoon(): void {
    if (scheduled) return;
    scheduled = true;
    schedule.after(random.between(0, COLLECT_MS), () => {
      scheduled = false;
      const entries = [...wanted.values()].filter(({ state }) => state === 'wanted');
      if (link?.isOpen() && entries.length > 0) establish(link, entries);
    });
  }

  function establish(on: ClientLink, entries: readonly Wanted[]): void {
    correlations += 1;
    const correlation = correlations;
    for (const entry of entries) {
      const { sid } = entry.copy;
      if (asked.has(sid)) overlapping.add(sid);
      asked.add(sid);
      entry.state = 'asked';
      entry.correlation = correlation;
    }
    const requests = entries.map(({ copy }) => ({
      object_sid: copy.sid,
      object_type: copy.type,
      last_event_id: copy.lastEventId(),
    }));
    request(on, 'establish', correlation, requests).then(
      ({ status, body }) => {
        if (status !== 200) askAgain(on, correlation, 1000);
        else askAgain(on, correlation, Number(body.estimated_delivery_in_ms));
      },
      () => {},
    );
  }

  function request(on: ClientLink, action: string, correlation: number, requests: object[]) {
    const body = { event_protocol_version: 4, action, correlation_id: correlation, ttl_in_s: -1, requests };
    return on.request('POST', '/v4/Subscriptions', body);
  }

  /** What has got no answer for so long is asked for again. */
  function askAgain(on: ClientLink, correlation: number, afterMs: number): void {
    schedule.after(afterMs, () => {
      if (on !== link) return;
      for (const entry of wanted.values()) {
        if (entry.state !== 'asked' || entry.correlation !== correlation) continue;
        world.happened('a subscription is asked for again', entry.copy.sid);
        entry.state = 'wanted';
      }
      sendSoon();
    });
  }

  function result(type: string, correlation: unknown, fields: Fields): void {
    const entry = wanted.get(String(fields.object_sid));
    if (entry === undefined || entry.state !== 'asked' || entry.correlation !== correlation) return;
    if (type === 'subscription_failed') {
      const { status } = fieldsOf(fields.error);
      entry.state = 'failed';
      if (status === 404) {
        world.happened('an object is gone', entry.copy.sid);
        watcher.gone(entry.copy);
      } else watcher.wrong(`the subscription to ${entry.copy.sid} failed with ${status}`);
    } else if (fields.replay_status === 'interrupted') {
      world.happened('a replay is cut', entry.copy.sid);
      // All that was sent has arrived, so that the next request overlaps with nothing.
      asked.delete(entry.copy.sid);
      entry.state = 'wanted';
      sendSoon();
    } else {
      entry.state = 'established';
      entry.copy.advance(Number(fields.last_event_id));
    }
  }

  function event(type: string, fields: Fields): void {
    const sid = String(fields.document_sid ?? fields.list_sid ?? fields.map_sid);
    const entry = wanted.get(sid);
    if (entry === undefined || !asked.has(sid)) return;
    entry.copy.tell(type, fields, overlapping.has(sid));
  }

  return {
    add(copy) {
      wanted.set(copy.sid, { copy, state: 'wanted', correlation: 0 });
      sendSoon();
    },
    remove({ sid }) {
      if (!wanted.delete(sid) || !asked.has(sid) || link === undefined) return;
      overlapping.add(sid);
      correlations += 1;
      request(link, 'cancel', correlations, [{ object_sid: sid, object_type: 'any' }]).catch(() => {});
    },
    connected(opened) {
      link = opened;
      overlapping = new Set();
      asked = new Set();
      for (const entry of wanted.values()) if (entry.state !== 'failed') entry.state = 'wanted';
      sendSoon();
    },
    disconnected() {
      link = undefined;
    },
    notified(body) {
      const type = String(body.event_type);
      const events = Array.isArray(body.events) ? body.events : [body.event];
      for (const one of events) {
        if (type.startsWith('subscription_')) result(type, body.correlation_id, fieldsOf(one));
        else event(type, fieldsOf(one));
      }
    },
    unsettled: () =>
      [...wanted.values()]
        .filter(({ state }) => state !== 'established')
        .map(({ copy, state }) => `${copy.sid} ${state}`),
  };
}
