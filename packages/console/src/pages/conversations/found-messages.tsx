import { Anchor, Text } from '@mantine/core';
import { Link } from 'wouter';
import { textOf, usePages } from '../../api/pages.ts';
import { Empty } from '../../components/empty.tsx';
import { ListTable } from '../../components/list-table.tsx';
import { Time } from '../../components/time.tsx';
import { conversationPage } from './paths.ts';

/** Messages with these words, in whatever conversation of the service. */
export function FoundMessages({ service, query }: { service: string; query: string }) {
  const pages = usePages(`/confab/v1/Services/${service}/Messages`, 'messages', { Query: query });
  return (
    <ListTable
      label="Messages"
      pages={pages}
      rowKey={({ sid }) => textOf(sid)}
      columns={[
        {
          title: 'Message',
          cell: ({ body, sid, conversation_sid }) => (
            <Anchor
              component={Link}
              href={`${conversationPage(service, textOf(conversation_sid))}?message=${textOf(sid)}`}
              size="sm"
              lineClamp={3}
            >
              {textOf(body)}
            </Anchor>
          ),
          width: '45%',
        },
        { title: 'Author', cell: ({ author }) => textOf(author) },
        {
          title: 'Conversation',
          cell: ({ conversation_sid, conversation_friendly_name, conversation_unique_name }) => (
            <Text size="sm">
              {textOf(conversation_friendly_name) || textOf(conversation_unique_name) || textOf(conversation_sid)}
            </Text>
          ),
        },
        { title: 'Sent', cell: ({ date_created }) => <Time value={textOf(date_created)} /> },
      ]}
      empty={<Empty title="No message has these words" text="Try fewer of them: all have to be in one message." />}
    />
  );
}
