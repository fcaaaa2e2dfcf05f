import { Anchor, Autocomplete, Group, Modal, Select, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { Link } from 'wouter';
import { type Row, textOf, usePages } from '../../api/pages.ts';
import { fieldsOf } from '../../api/rest.ts';
import { shownRows, useEvents } from '../../api/use-events.ts';
import { useUrlState } from '../../api/use-url-state.ts';
import { Empty } from '../../components/empty.tsx';
import { ExactTime } from '../../components/exact-time.tsx';
import { Fault } from '../../components/fault.tsx';
import { JsonView } from '../../components/json-view.tsx';
import { ListTable } from '../../components/list-table.tsx';
import { LiveControls } from '../../components/live-controls.tsx';
import { PageFrame } from '../../components/page.tsx';

/** Suggestions: the API takes others as well. */
const TYPES = [
  ...['added', 'updated', 'removed', 'state_updated', 'delivered'].map((what) => `conversation.${what}`),
  ...['added', 'updated', 'removed'].map((what) => `message.${what}`),
  ...['added', 'updated', 'removed', 'read_horizon', 'notification_level'].map((what) => `participant.${what}`),
  ...['added', 'updated', 'removed'].map((what) => `user.${what}`),
];

export function Page() {
  const [type, setType] = useUrlState('type');
  const [service, setService] = useUrlState('service');
  const [conversation, setConversation] = useUrlState('conversation');
  const [opened, setOpened] = useState<Row>();
  const services = usePages('/v1/Services', 'services');
  const events = useEvents('/confab/v1/Events', {
    Type: TYPES.includes(type) ? type : undefined,
    ServiceSid: service || undefined,
  });
  const rows = events.rows.filter(
    (row) =>
      (type === '' || textOf(row.type).startsWith(type)) && (conversation === '' || isIn(row, conversation.trim())),
  );
  return (
    <PageFrame
      title="Events"
      about="Every change as it happens, the newest first. The newest 500 are kept while this page is open."
      actions={<LiveControls events={events} />}
    >
      <Group align="end">
        <Autocomplete label="Type" placeholder="All" data={TYPES} value={type} onChange={setType} limit={20} />
        <Select
          label="Chat service"
          placeholder="All"
          clearable
          clearButtonProps={{ 'aria-label': 'All chat services' }}
          data={services.rows.map(({ sid, friendly_name }) => ({
            value: textOf(sid),
            label: textOf(friendly_name) || textOf(sid),
          }))}
          value={service === '' ? null : service}
          onChange={(value) => setService(value ?? '')}
        />
        <TextInput
          label="Conversation"
          placeholder="CH…"
          value={conversation}
          onChange={(event) => setConversation(event.currentTarget.value)}
        />
      </Group>
      {events.error !== undefined && <Fault error={events.error} />}
      <ListTable
        label="Events"
        pages={shownRows(rows)}
        rowKey={({ key }) => textOf(key)}
        columns={[
          { title: 'Time', cell: ({ date_created }) => <ExactTime value={textOf(date_created)} />, width: '18%' },
          { title: 'Event', cell: (row) => eventCell(row, () => setOpened(row)), width: '24%' },
          { title: 'By', cell: ({ actor, source }) => actorText(actor, source), width: '20%' },
          { title: 'What', cell: whatCell },
        ]}
        empty={
          <Empty
            title={events.rows.length === 0 ? 'Nothing has happened yet' : 'Nothing of that has happened yet'}
            text="Events show up here as they happen: send a message, or add a participant."
          />
        }
      />
      {opened !== undefined && (
        <Modal
          opened
          size="xl"
          onClose={() => setOpened(undefined)}
          title={titleOf(opened)}
          closeButtonProps={{ 'aria-label': 'Close' }}
        >
          <JsonView value={eventOf(opened)} label="The event" />
          <TraceLink event={opened} />
        </Modal>
      )}
    </PageFrame>
  );
}

function eventCell(row: Row, open: () => void) {
  return (
    <Anchor component="button" type="button" ta="left" onClick={open}>
      {titleOf(row)}
    </Anchor>
  );
}

const titleOf = ({ type, event }: Row): string =>
  event === 'gap' ? 'Events are missing: they were deleted for their age' : textOf(type);

function actorText(actor: unknown, source: unknown): string {
  return [textOf(actor), source === null ? 'when due' : textOf(source)].filter((text) => text !== '').join(', ');
}

function whatCell({ subject_sid, data }: Row) {
  const { body, friendly_name, identity } = fieldsOf(data);
  const text = textOf(body) || textOf(friendly_name) || textOf(identity);
  return (
    <>
      {text !== '' && (
        <Text size="sm" lineClamp={2}>
          {text}
        </Text>
      )}
      <Text size="xs" c="dimmed">
        {textOf(subject_sid)}
      </Text>
    </>
  );
}

function TraceLink({ event: { type, service_sid, subject_sid, data } }: { event: Row }) {
  if (type !== 'message.added') return null;
  const place = [service_sid, fieldsOf(data).conversation_sid, subject_sid].map(textOf).map(encodeURIComponent);
  return (
    <Anchor component={Link} href={`/trace/${place.join('/')}`}>
      Trace this message
    </Anchor>
  );
}

function isIn({ subject_sid, data }: Row, conversation: string): boolean {
  return subject_sid === conversation || fieldsOf(data).conversation_sid === conversation;
}

/** As it came. */
function eventOf({ key: _key, event: _event, ...event }: Row): Row {
  return event;
}
