import { fieldsOf } from '../support/raw-frames.ts';
import { type ClientLink, LinkLost } from './client-link.ts';
import { type ClientSession, type ClientSurroundings, createClientSession } from './client-session.ts';

/**
 * A client that subscribes to everything it has ever heard of, and never cancels: what is written to it is checked where the server
 * writes it, so that it keeps nothing but positions.
 */
export function createStubbornClient(surroundings: ClientSurroundings, name: string, identity: string): ClientSession {
  const { serviceSid } = surroundings;
  /** Position by object; null: from now on. */
  const positions = new Map<string, number | null>();
  let own: string | undefined;
  let correlations = 0;

  const session = createClientSession(surroundings, name, identity, {
    connected(link) {
      subscribe(link, [...positions.keys()]);
      if (own === undefined) begin(link);
    },
    disconnected() {},
    notified({ event_type, event, events }) {
      for (const one of Array.isArray(events) ? events : [event]) hear(String(event_type), fieldsOf(one));
    },
    startAnew() {
      own = undefined;
      positions.clear();
    },
  });

  async function begin(link: ClientLink): Promise<void> {
    try {
      const configuration = await link.request('GET', '/Client/v2/Configuration');
      const name = fieldsOf(configuration.body.sync_objects).my_conversations;
      const { body } = await link.request('GET', `/v3/Maps/${name}`);
      const items = await link.request('GET', `/v3/Services/${serviceSid}/Maps/${name}/Items`);
      if (typeof body.sid !== 'string' || !Array.isArray(items.body.items)) return;
      own = body.sid;
      positions.set(own, Number(body.last_event_id));
      subscribe(link, [own]);
      for (const item of items.body.items) follow(link, String(fieldsOf(item).key));
    } catch (error) {
      if (!(error instanceof LinkLost)) throw error;
    }
  }

  function subscribe(link: ClientLink, sids: readonly string[]): void {
    if (sids.length === 0) return;
    correlations += 1;
    const requests = sids.map((sid) => ({
      object_sid: sid,
      object_type: sid.startsWith('ET') ? 'document' : sid.startsWith('ES') ? 'list' : 'map',
      last_event_id: positions.get(sid),
    }));
    const body = { action: 'establish', correlation_id: correlations, requests };
    link.request('POST', '/v4/Subscriptions', body).catch(() => {});
  }

  function hear(type: string, fields: Record<string, unknown>): void {
    const link = session.link();
    if (link === undefined) return;
    if (type === 'subscription_established') {
      const sid = String(fields.object_sid);
      positions.set(sid, Number(fields.last_event_id));
      if (fields.replay_status === 'interrupted') subscribe(link, [sid]);
      return;
    }
    const sid = fields.document_sid ?? fields.list_sid ?? fields.map_sid;
    if (typeof sid === 'string') positions.set(sid, Number(fields.id));
    if (sid === own && type === 'map_item_added') follow(link, String(fields.item_key));
  }

  function follow(link: ClientLink, conversationSid: string): void {
    const objects = ['ET', 'ES', 'MP'].map((prefix) => prefix + conversationSid.slice(2));
    const fresh = objects.filter((object) => !positions.has(object));
    for (const object of fresh) positions.set(object, null);
    subscribe(link, fresh);
  }

  return session;
}
