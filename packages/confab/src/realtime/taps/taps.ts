import type { Clock } from '../../clock.ts';
import type { Limits } from '../../config/index.ts';
import {
  type DescribedPacket,
  DomainError,
  type FilteredSession,
  type Tap,
  type TapEvent,
} from '../../domain/index.ts';
import type { Line } from '../line.ts';
import { describePacket } from './describe-packet.ts';
import { createTapQueue, type TapQueue } from './tap.ts';

/** What a tap looks at. */
export interface TappedSession extends FilteredSession {
  readonly accountSid: string;
  readonly sdk: string;
  readonly line: Pick<Line, 'observer'>;
}

export interface TapOptions {
  matches(session: TappedSession): boolean;
  /** It ends when this connection does. */
  connectionId?: string | undefined;
}

/** The taps of this node. A connection that none looks at knows nothing of them. */
export interface Taps {
  /** Looks at connections that match, from now on, also at those that come later. Throws DomainError (20429) when there are too many taps. */
  open(options: TapOptions): Tap;
  connected(session: TappedSession): void;
  disconnected(session: TappedSession): void;
  /** Forgets what is not read yet: something of it is erased. */
  forgetAll(): void;
  closeAll(): void;
}

export interface TapsOptions {
  sessions(): readonly TappedSession[];
  clock: Clock;
  limits: Pick<Limits, 'tapsPerNode' | 'tapBufferBytes' | 'tapBodyBytes' | 'jsonDepth'>;
}

interface OpenTap extends TapOptions {
  queue: TapQueue;
}

export function createTaps({ sessions, clock, limits }: TapsOptions): Taps {
  const taps = new Set<OpenTap>();
  /** One packet goes to many connections. */
  const described = new WeakMap<Buffer, DescribedPacket>();
  const options = { jsonDepth: limits.jsonDepth, maxBodyBytes: limits.tapBodyBytes };

  function describe(data: Buffer): DescribedPacket {
    const known = described.get(data) ?? describePacket(data, options);
    described.set(data, known);
    return known;
  }

  const of = ({ connectionId, identity }: TappedSession) => ({ connectionId, identity, at: clock.now() });

  /** Has all taps that look at it see what it says; none, and nothing is called. */
  function observe(session: TappedSession): void {
    const looking = [...taps].filter((tap) => tap.matches(session));
    if (looking.length === 0) session.line.observer = undefined;
    else {
      session.line.observer = (direction, data) => {
        const about = of(session);
        const event = (): TapEvent => ({ type: 'packet', ...about, direction, packet: describe(data) });
        for (const { queue } of looking) queue.tell(data.length, event);
      };
    }
  }

  function tellAll(session: TappedSession, event: TapEvent): void {
    for (const tap of taps) if (tap.matches(session)) tap.queue.tell(0, () => event);
  }

  return {
    open(wanted) {
      if (taps.size >= limits.tapsPerNode) {
        throw new DomainError(20429, 429, `There are ${taps.size} event taps open, and no more than that may be.`);
      }
      const matching = sessions().filter((session) => wanted.matches(session));
      const queue = createTapQueue(matching.length, limits.tapBufferBytes, () => {
        taps.delete(tap);
        for (const session of sessions()) if (session.line.observer !== undefined) observe(session);
      });
      const tap: OpenTap = { ...wanted, queue };
      taps.add(tap);
      for (const session of matching) observe(session);
      return queue;
    },
    connected(session) {
      if (taps.size === 0) return;
      observe(session);
      tellAll(session, { type: 'connected', ...of(session), sdk: session.sdk });
    },
    disconnected(session) {
      if (taps.size === 0) return;
      tellAll(session, { type: 'disconnected', ...of(session) });
      for (const { connectionId, queue } of [...taps]) if (connectionId === session.connectionId) queue.end();
    },
    forgetAll() {
      for (const { queue } of taps) queue.forget();
    },
    closeAll() {
      for (const { queue } of [...taps]) queue.close();
    },
  };
}
