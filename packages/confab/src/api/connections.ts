import { type ConnectionControl, controlConnection, DROPS, UNSHAPED } from '../domain/index.ts';
import type { LiveConnection } from './context.ts';
import { isoSeconds } from './dates.ts';
import { type Call, mainOperation } from './operation.ts';
import { badParameter, described, integer, oneOf, type ParamValues, text } from './params.ts';
import { LISTED, SESSION_FILTERS, sessionFilterOf, sessionView } from './sessions.ts';

/** "Goodbye, I am going away" (RFC 6455 7.4.1): an end that every client knows. */
const GOING_AWAY = 1001;

const AT = '/Connections/{ConnectionId}';

/** Live connections of the SDKs: seen on this node, dropped and slowed on whichever. Not of the original service. */
export const connectionOperations = [
  mainOperation({
    id: 'ListConnection',
    root: '/confab/v1',
    method: 'GET',
    path: '/Connections',
    status: 200,
    params: SESSION_FILTERS,
    async handle(call, given) {
      const found = connectionsOf(call, given);
      const { node } = call.context.connections;
      return { node, total: found.length, connections: found.slice(0, LISTED).map((one) => viewOf(call, one)) };
    },
  }),
  mainOperation({
    id: 'FetchConnection',
    root: '/confab/v1',
    method: 'GET',
    path: AT,
    status: 200,
    params: {},
    async handle(call) {
      const connection = connectionHere(call);
      if (connection === undefined) throw call.notFound();
      return { node: call.context.connections.node, ...viewOf(call, connection) };
    },
  }),
  mainOperation({
    id: 'DropConnection',
    root: '/confab/v1',
    method: 'POST',
    path: `${AT}/Drop`,
    status: 200,
    repeatable: true,
    params: {
      How: described(
        'cut: without a word, as a network does; close: with Code and Reason; dismiss: the SDK is told to stay away',
        oneOf(DROPS),
      ),
      Code: described('WebSocket close code, 1001 when absent', integer({ minimum: 1000, maximum: 4999 })),
      Reason: text,
    },
    handle: (call, { How: how = 'cut', Code: code = GOING_AWAY, Reason: reason = '' }) =>
      control(call, { action: 'drop', how, code, reason }),
  }),
  mainOperation({
    id: 'ShapeConnection',
    root: '/confab/v1',
    method: 'POST',
    path: `${AT}/Shape`,
    status: 200,
    repeatable: true,
    params: {
      DelayMs: described('Each way', integer({ minimum: 0 })),
      BytesPerSecond: described('Each way', integer({ minimum: 1 })),
    },
    async handle(call, { DelayMs: delayMs, BytesPerSecond: bytesPerSecond }) {
      connectionHere(call);
      if (delayMs === undefined && bytesPerSecond === undefined) {
        throw badParameter('DelayMs', 'is required unless there is BytesPerSecond');
      }
      return control(call, { action: 'shape', delayMs: delayMs ?? 0, bytesPerSecond: bytesPerSecond ?? null });
    },
  }),
  mainOperation({
    id: 'ClearConnection',
    root: '/confab/v1',
    method: 'POST',
    path: `${AT}/Clear`,
    status: 200,
    repeatable: true,
    params: {},
    handle: (call) => control(call, { action: 'shape', ...UNSHAPED }),
  }),
];

/** Of the caller's account only, whatever is asked for. */
function connectionsOf({ context, actor }: Call, given: ParamValues<typeof SESSION_FILTERS>): LiveConnection[] {
  const { sid: accountSid } = actor.account;
  return context.connections.list(sessionFilterOf(given)).filter((one) => one.accountSid === accountSid);
}

/** Undefined when it is not on this node. Refuses one of another account as one that is not there. */
function connectionHere(call: Call): LiveConnection | undefined {
  const [connection] = call.context.connections.list({ connectionId: call.path('ConnectionId') });
  if (connection !== undefined && connection.accountSid !== call.actor.account.sid) throw call.notFound();
  return connection;
}

/** Of another node it is not known here whether it has the connection: it is told all the same. */
async function control(call: Call, wanted: ConnectionControl) {
  const connectionId = call.path('ConnectionId');
  const { node } = call.context.connections;
  const here = connectionHere(call) !== undefined;
  await call.context.execute(controlConnection, call.actor, { connectionId, control: wanted });
  return { connection_id: connectionId, node, here };
}

function viewOf({ context }: Call, connection: LiveConnection) {
  const { traffic, shape, lastReceivedAt } = connection.line;
  return {
    ...sessionView(connection),
    age_seconds: Math.max(0, Math.floor((context.clock.now() - connection.connectedAt) / 1000)),
    last_activity_at: isoSeconds(lastReceivedAt),
    received_frames: traffic.receivedFrames,
    received_bytes: traffic.receivedBytes,
    sent_frames: traffic.sentFrames,
    sent_bytes: traffic.sentBytes,
    subscriptions: connection.subscriptions(),
    delay_ms: shape.delayMs,
    bytes_per_second: shape.bytesPerSecond,
  };
}
