import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { type Row, textOf } from '../../api/pages.ts';
import { fieldsOf } from '../../api/rest.ts';
import { useEvents } from '../../api/use-events.ts';

/** First parts of the keys of all that is shown of a conversation. */
export const SHOWN = ['conversations', 'messages', 'participants', 'delivery_receipts', 'webhooks'];

/** Has what is shown of the conversation asked for again whenever something happens in it. */
export function useFreshConversation(service: string, sid: string): void {
  const queries = useQueryClient();
  const { rows } = useEvents('/confab/v1/Events', { ServiceSid: service });
  const newest = textOf(rows.find((row) => isOf(row, sid))?.key);
  useEffect(() => {
    if (newest === '') return;
    for (const key of SHOWN) void queries.invalidateQueries({ queryKey: [key] });
  }, [queries, newest]);
}

function isOf({ subject_sid, data }: Row, sid: string): boolean {
  return subject_sid === sid || fieldsOf(data).conversation_sid === sid;
}
