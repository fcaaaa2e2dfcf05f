import { Alert, Anchor, Button, Group, Modal, Stack, Text, TextInput, Title } from '@mantine/core';
import { useState } from 'react';
import { type Row, textOf } from '../../api/pages.ts';
import { RestError } from '../../api/rest.ts';
import { shownRows, useEvents } from '../../api/use-events.ts';
import { sizeText } from '../../components/amounts.ts';
import { Empty } from '../../components/empty.tsx';
import { ExactTime } from '../../components/exact-time.tsx';
import { Fault } from '../../components/fault.tsx';
import { JsonView } from '../../components/json-view.tsx';
import { ListTable } from '../../components/list-table.tsx';
import { LiveControls } from '../../components/live-controls.tsx';

/** What one connection says and hears. Nobody listens in before they asked for it: they read what people write. */
export function Tap({ connectionId, isGone }: { connectionId: string; isGone: boolean }) {
  const [isOn, setOn] = useState(false);
  const [filter, setFilter] = useState('');
  const [opened, setOpened] = useState<Row>();
  const events = useEvents('/confab/v1/Taps', isOn ? { ConnectionId: connectionId } : undefined);
  const rows = events.rows.filter((row) => matches(row, filter));
  const isOver = isGone || (events.error instanceof RestError && events.error.status === 404);
  return (
    <Stack gap="sm">
      <Group justify="space-between">
        <Title order={2} size="h4">
          Traffic
        </Title>
        {isOn && !isOver && <LiveControls events={events} />}
      </Group>
      {!isOn && (
        <Empty
          title="Nobody listens in"
          text="Shows each packet from and to the client as it goes over the line, without secrets. What people write is in it, and that you listened is in the audit log."
        >
          <Button variant="default" disabled={isGone} onClick={() => setOn(true)}>
            Listen in
          </Button>
        </Empty>
      )}
      {isOn && isOver && (
        <Alert title="The connection has gone">What it said until then is kept while this page is open.</Alert>
      )}
      {isOn && !isOver && events.error !== undefined && <Fault error={events.error} />}
      {isOn && (
        <>
          <TextInput
            label="Filter"
            placeholder="A word in a packet"
            value={filter}
            onChange={(event) => setFilter(event.currentTarget.value)}
          />
          <ListTable
            label="Packets"
            height={480}
            pages={shownRows(rows)}
            rowKey={({ key }) => textOf(key)}
            columns={[
              { title: 'Time', cell: ({ at }) => <ExactTime value={textOf(at)} />, width: '18%' },
              { title: 'Direction', cell: ({ direction }) => directionOf(direction), width: '16%' },
              { title: 'What', cell: (row) => what(row, () => setOpened(row)), width: '50%' },
              { title: 'Size', cell: ({ bytes }) => (typeof bytes === 'number' ? sizeText(bytes) : '') },
            ]}
            empty={
              <Empty title="Nothing yet" text="Packets show up here when the client or the server says something." />
            }
          />
        </>
      )}
      {opened !== undefined && (
        <Modal
          opened
          size="xl"
          onClose={() => setOpened(undefined)}
          title={summary(opened)}
          closeButtonProps={{ 'aria-label': 'Close' }}
        >
          <JsonView value={withoutKey(opened)} label="The packet" />
        </Modal>
      )}
    </Stack>
  );
}

function what(row: Row, open: () => void) {
  if (row.event !== 'packet') return <Text size="sm">{summary(row)}</Text>;
  return (
    <Anchor component="button" type="button" ta="left" onClick={open}>
      {summary(row)}
    </Anchor>
  );
}

function directionOf(direction: unknown): string {
  if (direction === 'received') return '↑ from client';
  return direction === 'sent' ? '↓ to client' : '';
}

function summary({ event, method, request, message_type, http_status, status, count, node }: Row): string {
  switch (event) {
    case 'open':
      return `Listening on node ${textOf(node)}`;
    case 'dropped':
      return `${textOf(count)} packets are missing here`;
    case 'packet':
      return [method, textOf(request) || requestLine(request), message_type, http_status ?? codeOf(status)]
        .map(textOf)
        .filter((text) => text !== '')
        .join(' ');
    default:
      return textOf(event);
  }
}

function requestLine(request: unknown): string {
  if (typeof request !== 'object' || request === null) return '';
  const { method, path } = request as Row;
  return `${textOf(method)} ${textOf(path)}`;
}

function codeOf(status: unknown): unknown {
  return typeof status === 'object' && status !== null ? (status as Row).code : status;
}

function matches(row: Row, filter: string): boolean {
  return filter === '' || JSON.stringify(row).toLowerCase().includes(filter.toLowerCase());
}

function withoutKey({ key: _key, ...rest }: Row): Row {
  return rest;
}
