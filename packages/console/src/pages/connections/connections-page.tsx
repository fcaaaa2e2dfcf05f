import { Anchor, Group, Text, TextInput } from '@mantine/core';
import { Link } from 'wouter';
import { useLiveList } from '../../api/live-list.ts';
import { type Row, textOf } from '../../api/pages.ts';
import { useUrlState } from '../../api/use-url-state.ts';
import { durationText, sizeText } from '../../components/amounts.ts';
import { Empty } from '../../components/empty.tsx';
import { ListTable } from '../../components/list-table.tsx';
import { PageFrame } from '../../components/page.tsx';
import { StateBadge } from '../../components/state-badge.tsx';
import { MainOnly } from './main-only.tsx';

export function Page() {
  return (
    <MainOnly title="Connections">
      <Connections />
    </MainOnly>
  );
}

function Connections() {
  const [identity, setIdentity] = useUrlState('identity');
  const list = useLiveList('/confab/v1/Connections', 'connections', { Identity: identity || undefined });
  const { node, total } = list.answer;
  return (
    <PageFrame title="Connections" about="SDK clients that are connected now, the longest connected first.">
      <Group justify="space-between" align="end">
        <TextInput
          label="Identity"
          placeholder="Everybody"
          value={identity}
          onChange={(event) => setIdentity(event.currentTarget.value)}
        />
        {node !== undefined && (
          <Text size="sm" c="dimmed">
            {`${textOf(total)} on node ${textOf(node)}`}
          </Text>
        )}
      </Group>
      <ListTable
        label="Connections"
        pages={list}
        rowKey={({ connection_id }) => textOf(connection_id)}
        columns={[
          { title: 'Identity', cell: identityCell, width: '26%' },
          { title: 'SDK', cell: ({ sdk }) => textOf(sdk) || '–', width: '16%' },
          { title: 'Connected for', cell: ({ age_seconds }) => durationText(Number(age_seconds)) },
          { title: 'Received', cell: (row) => traffic(row, 'received') },
          { title: 'Sent', cell: (row) => traffic(row, 'sent') },
          { title: 'Subscriptions', cell: ({ subscriptions }) => textOf(subscriptions), width: '13%' },
        ]}
        empty={
          <Empty
            title={identity === '' ? 'Nobody is connected' : 'Nobody of that identity is connected here'}
            text="Clients show up here as soon as they have logged in. Get started shows how one connects."
          />
        }
      />
    </PageFrame>
  );
}

function identityCell(row: Row) {
  return (
    <Group gap="xs">
      <Anchor component={Link} href={`/connections/${encodeURIComponent(textOf(row.connection_id))}`}>
        {textOf(row.identity)}
      </Anchor>
      {isSlowed(row) && <StateBadge color="orange" text="slowed" />}
    </Group>
  );
}

export function isSlowed({ delay_ms, bytes_per_second }: Row): boolean {
  return Number(delay_ms) > 0 || typeof bytes_per_second === 'number';
}

export function traffic(row: Row, direction: 'received' | 'sent'): string {
  return `${textOf(row[`${direction}_frames`])} frames, ${sizeText(Number(row[`${direction}_bytes`]))}`;
}
