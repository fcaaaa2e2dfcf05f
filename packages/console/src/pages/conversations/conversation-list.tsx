import { Anchor, Badge, Text } from '@mantine/core';
import { Link } from 'wouter';
import { type Row, textOf, usePages } from '../../api/pages.ts';
import { Empty } from '../../components/empty.tsx';
import { ListTable } from '../../components/list-table.tsx';
import { Time } from '../../components/time.tsx';
import { conversationPage } from './paths.ts';

export interface ConversationListProps {
  service: string;
  /** Empty: whatever they are called, as everything here. */
  name: string;
  state: string;
  sort: string;
}

export function ConversationList({ service, name, state, sort }: ConversationListProps) {
  const pages = usePages(`/confab/v1/Services/${service}/Conversations`, 'conversations', {
    Name: name || undefined,
    State: state || undefined,
    SortBy: sort || undefined,
  });
  const isFiltered = name !== '' || state !== '';
  return (
    <ListTable
      label="Conversations"
      pages={pages}
      rowKey={({ sid }) => textOf(sid)}
      columns={[
        { title: 'Name', cell: (row) => nameCell(service, row), width: '34%' },
        {
          title: 'State',
          cell: ({ state: its }) => (
            <Badge variant="light" color={its === 'active' ? 'green' : 'gray'} c="inherit">
              {textOf(its)}
            </Badge>
          ),
        },
        { title: 'Messages', cell: ({ messages_count }) => textOf(messages_count) },
        { title: 'Participants', cell: ({ participants_count }) => textOf(participants_count) },
        {
          title: 'Last message',
          cell: ({ date_last_message }) => <Time value={textOf(date_last_message)} absent="None" />,
        },
        { title: 'Created', cell: ({ date_created }) => <Time value={textOf(date_created)} /> },
      ]}
      empty={
        isFiltered ? (
          <Empty title="No conversation is like that" text="Search for other words, or in another state." />
        ) : (
          <Empty title="There is no conversation yet" text="Create one here, over REST, or with an SDK." />
        )
      }
    />
  );
}

function nameCell(service: string, { sid, friendly_name, unique_name }: Row) {
  return (
    <>
      <Anchor component={Link} href={conversationPage(service, textOf(sid))} size="sm">
        {textOf(friendly_name) || textOf(unique_name) || textOf(sid)}
      </Anchor>
      {textOf(friendly_name) !== '' && textOf(unique_name) !== '' && (
        <Text size="xs" c="dimmed">
          {textOf(unique_name)}
        </Text>
      )}
    </>
  );
}
