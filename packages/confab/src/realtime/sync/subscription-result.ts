import type { Notification } from '../twilsock/notification.ts';
import { SYNC_MESSAGE_TYPE } from './event.ts';

/** One entry of a subscription request (protocol 6.5). */
export interface SubscriptionEntry {
  objectSid: string;
  objectType: string;
  /** Null: from now on, without replay. */
  lastEventId: number | null;
}

export type ResultType = 'subscription_established' | 'subscription_canceled' | 'subscription_failed';

/** What has become of an entry of a subscription request (protocol 6.5). */
export function subscriptionResult(
  correlationId: number,
  type: ResultType,
  { objectSid, objectType }: SubscriptionEntry,
  fields: object,
): Notification {
  return {
    messageType: SYNC_MESSAGE_TYPE,
    envelope: `"event_type":"${type}","correlation_id":${correlationId},"event_protocol_version":4`,
    event: JSON.stringify({ object_sid: objectSid, object_type: objectType, ...fields }),
  };
}
