import { Anchor, Button, Center, Group, Loader } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link, useParams } from 'wouter';
import { type Row, textOf } from '../../api/pages.ts';
import { fieldsOf, RestError, rest } from '../../api/rest.ts';
import { durationText, sizeText } from '../../components/amounts.ts';
import { CopyValue } from '../../components/copy-value.tsx';
import { Empty } from '../../components/empty.tsx';
import { Facts } from '../../components/facts.tsx';
import { Fault } from '../../components/fault.tsx';
import { PageFrame } from '../../components/page.tsx';
import { StateBadge } from '../../components/state-badge.tsx';
import { Time } from '../../components/time.tsx';
import { isSlowed, traffic } from './connections-page.tsx';
import { ClearConnection, DropConnection, SlowConnection } from './control.tsx';
import { MainOnly } from './main-only.tsx';
import { Tap } from './tap.tsx';

const REFRESH_MS = 2_000;

export function Page() {
  return (
    <MainOnly title="Connection">
      <Connection />
    </MainOnly>
  );
}

function Connection() {
  const { id = '' } = useParams<{ id: string }>();
  const path = `/confab/v1/Connections/${encodeURIComponent(id)}`;
  const query = useQuery({
    queryKey: ['connections', path],
    queryFn: async ({ signal }) => fieldsOf(await rest(path, { signal })),
    refetchInterval: REFRESH_MS,
  });
  const [asked, setAsked] = useState<'drop' | 'slow' | 'clear'>();
  const { data: connection, error } = query;
  const isGone = error instanceof RestError && error.status === 404;
  if (connection === undefined && query.isPending) {
    return (
      <Center h={160}>
        <Loader aria-label="Loading the connection" />
      </Center>
    );
  }
  if (connection === undefined) {
    return (
      <PageFrame title="Connection">
        {isGone ? (
          <Empty title="There is no such connection on this node" text="It has gone, or another node has it.">
            <Anchor component={Link} href="/connections">
              All connections
            </Anchor>
          </Empty>
        ) : (
          <Fault error={error} retry={() => void query.refetch()} />
        )}
      </PageFrame>
    );
  }
  const close = () => setAsked(undefined);
  const identity = textOf(connection.identity);
  return (
    <PageFrame
      title={`Connection of ${identity}`}
      actions={
        <Group gap="xs">
          <Button variant="default" disabled={isGone} onClick={() => setAsked('slow')}>
            Slow down
          </Button>
          <Button variant="default" disabled={isGone || !isSlowed(connection)} onClick={() => setAsked('clear')}>
            Clear
          </Button>
          <Button color="red" variant="light" disabled={isGone} onClick={() => setAsked('drop')}>
            Drop
          </Button>
        </Group>
      }
    >
      <Group>
        <StateBadge color={isGone ? 'gray' : 'green'} text={isGone ? 'Gone' : 'Connected'} live />
        {isSlowed(connection) && !isGone && <StateBadge color="orange" text="slowed" />}
        <Anchor component={Link} href={`/connections?identity=${encodeURIComponent(identity)}`}>
          {`All connections of ${identity}`}
        </Anchor>
      </Group>
      <Facts of={factsOf(connection)} />
      <Tap connectionId={id} isGone={isGone} />
      {asked === 'drop' && <DropConnection path={path} identity={identity} onClose={close} />}
      {asked === 'slow' && <SlowConnection path={path} identity={identity} onClose={close} />}
      {asked === 'clear' && <ClearConnection path={path} identity={identity} onClose={close} />}
    </PageFrame>
  );
}

function factsOf(row: Row) {
  const speed = row.bytes_per_second;
  return [
    ['Identity', <CopyValue key="i" value={textOf(row.identity)} label="identity" />],
    ['User SID', <CopyValue key="u" value={textOf(row.user_sid)} label="user SID" />],
    ['Connection', <CopyValue key="c" value={textOf(row.connection_id)} label="connection id" />],
    ['SDK', textOf(row.sdk) || '–'],
    ['Connected', <Time key="t" value={textOf(row.connected_at)} />],
    ['Connected for', durationText(Number(row.age_seconds))],
    ['Last heard of', <Time key="l" value={textOf(row.last_activity_at)} />],
    ['Token ends', <Time key="e" value={textOf(row.token_expires_at)} />],
    ['Signed by', <CopyValue key="k" value={textOf(row.api_key_sid)} label="API key SID" />],
    ['Received', traffic(row, 'received')],
    ['Sent', traffic(row, 'sent')],
    ['Subscriptions', textOf(row.subscriptions)],
    ['Delay', `${textOf(row.delay_ms)} ms each way`],
    ['Throttle', typeof speed === 'number' ? `${sizeText(speed)} a second` : 'none'],
    ['Node', textOf(row.node)],
  ] as const;
}
