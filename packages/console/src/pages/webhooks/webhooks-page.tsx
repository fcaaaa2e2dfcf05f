import { Anchor, Group, Select, TextInput } from '@mantine/core';
import { Link } from 'wouter';
import { type Row, textOf, usePages } from '../../api/pages.ts';
import { useUrlState } from '../../api/use-url-state.ts';
import { Empty } from '../../components/empty.tsx';
import { ExactTime } from '../../components/exact-time.tsx';
import { ListTable } from '../../components/list-table.tsx';
import { PageFrame } from '../../components/page.tsx';
import { StateBadge } from '../../components/state-badge.tsx';

export function Page() {
  const [state, setState] = useUrlState('state');
  const [target, setTarget] = useUrlState('target');
  const [event, setEvent] = useUrlState('event');
  const [conversation, setConversation] = useUrlState('conversation');
  const isFiltered = [state, target, event, conversation].some((value) => value !== '');
  const pages = usePages('/confab/v1/WebhookDeliveries', 'webhook_deliveries', {
    State: state || undefined,
    Target: target.trim() || undefined,
    Event: event.trim() || undefined,
    ConversationSid: /^CH[0-9a-f]{32}$/.test(conversation.trim()) ? conversation.trim() : undefined,
  });
  return (
    <PageFrame title="Webhooks" about="What was sent to webhooks after events, the newest first.">
      <Group align="end">
        <Select
          label="State"
          placeholder="All"
          clearable
          clearButtonProps={{ 'aria-label': 'All states' }}
          data={['waiting', 'delivered', 'failed']}
          value={state === '' ? null : state}
          onChange={(value) => setState(value ?? '')}
        />
        <TextInput
          label="Event"
          placeholder="onMessageAdded"
          value={event}
          onChange={(change) => setEvent(change.currentTarget.value)}
        />
        <TextInput
          label="Target"
          placeholder="WH…, IS… or AC…"
          value={target}
          onChange={(change) => setTarget(change.currentTarget.value)}
        />
        <TextInput
          label="Conversation"
          placeholder="CH…"
          value={conversation}
          onChange={(change) => setConversation(change.currentTarget.value)}
        />
      </Group>
      <ListTable
        label="Webhook deliveries"
        pages={pages}
        rowKey={({ sid }) => textOf(sid)}
        columns={[
          { title: 'Created', cell: ({ date_created }) => <ExactTime value={textOf(date_created)} />, width: '16%' },
          { title: 'Event', cell: eventCell, width: '24%' },
          { title: 'State', cell: (row) => <DeliveryState delivery={row} />, width: '16%' },
          { title: 'Tries', cell: ({ tries }) => textOf(tries), width: '8%' },
          {
            title: 'URL',
            cell: ({ webhook_url, webhook_method }) => `${textOf(webhook_method)} ${textOf(webhook_url)}`,
          },
        ]}
        empty={
          isFiltered ? (
            <Empty title="No delivery matches" text="Take a filter away to see others." />
          ) : (
            <Empty
              title="Nothing has been sent to a webhook"
              text="Set a webhook URL in a chat service's configuration, or in the account's: what happens from then on is sent there."
            />
          )
        }
      />
    </PageFrame>
  );
}

function eventCell({ sid, event }: Row) {
  return (
    <Anchor component={Link} href={`/webhooks/${encodeURIComponent(textOf(sid))}`}>
      {textOf(event)}
    </Anchor>
  );
}

const COLORS: Readonly<Record<string, string>> = { waiting: 'yellow', delivered: 'green', failed: 'red' };

export function DeliveryState({ delivery: { state, late } }: { delivery: Row }) {
  return (
    <Group gap={4}>
      <StateBadge color={COLORS[textOf(state)] ?? 'gray'} text={textOf(state)} />
      {late === true && <StateBadge color="orange" text="late" />}
    </Group>
  );
}
