import { newSid } from '../../src/sid.ts';
import type { Store } from '../../src/store/index.ts';

/** What is left of a webhook whose target did not take it. */
export async function insertFailedDelivery(store: Store, accountId: number): Promise<string> {
  const sid = newSid('WD', Date.now());
  await store.write(({ db }) =>
    db
      .insertInto('webhook_deliveries')
      .values({
        sid,
        account_id: accountId,
        target: 'IS0',
        lane: 'CH0',
        entry_id: 1,
        notice: 0,
        message_id: null,
        event: 'onMessageAdded',
        conversation_sid: 'CH0',
        url: 'https://example.com/',
        method: 'POST',
        state: 'failed',
        late: 0,
        tries: 1,
        first_tried_at: 0,
        created_at: 0,
        updated_at: 0,
      })
      .execute(),
  );
  return sid;
}
