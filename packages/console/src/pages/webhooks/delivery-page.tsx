import { Alert, Anchor, Button, Card, Center, Group, Loader, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link, useParams } from 'wouter';
import { type Row, textOf } from '../../api/pages.ts';
import { fieldsOf, rest } from '../../api/rest.ts';
import { useAction } from '../../api/use-action.ts';
import { Confirm } from '../../components/confirm.tsx';
import { CopyValue } from '../../components/copy-value.tsx';
import { ExactTime } from '../../components/exact-time.tsx';
import { Facts } from '../../components/facts.tsx';
import { Fault } from '../../components/fault.tsx';
import { JsonView } from '../../components/json-view.tsx';
import { PageFrame } from '../../components/page.tsx';
import { StateBadge } from '../../components/state-badge.tsx';
import { Time } from '../../components/time.tsx';
import { DeliveryState } from './webhooks-page.tsx';

/** What waits is looked at again. */
const REFRESH_MS = 2_000;

export function Page() {
  const { sid = '' } = useParams<{ sid: string }>();
  const path = `/confab/v1/WebhookDeliveries/${encodeURIComponent(sid)}`;
  const [isAsked, setAsked] = useState(false);
  const query = useQuery({
    queryKey: ['webhook_deliveries', path],
    queryFn: async ({ signal }) => fieldsOf(await rest(path, { signal })),
    refetchInterval: ({ state }) => (state.data?.state === 'waiting' ? REFRESH_MS : false),
  });
  const redeliver = useAction({
    run: () => rest(`${path}/Redeliver`, { method: 'POST', form: {} }),
    done: () => 'It is being sent again.',
    changes: ['webhook_deliveries'],
    onDone: () => setAsked(false),
  });
  const { data: delivery } = query;
  if (delivery === undefined) {
    return (
      <PageFrame title="Webhook delivery">
        {query.isPending ? (
          <Center h={160}>
            <Loader aria-label="Loading the delivery" />
          </Center>
        ) : (
          <Fault error={query.error} retry={() => void query.refetch()} />
        )}
      </PageFrame>
    );
  }
  return (
    <PageFrame
      title={textOf(delivery.event)}
      actions={
        <Button variant="default" disabled={delivery.parameters === null} onClick={() => setAsked(true)}>
          Redeliver
        </Button>
      }
    >
      <Group>
        <DeliveryState delivery={delivery} />
        <Anchor component={Link} href={`/webhooks?target=${encodeURIComponent(textOf(delivery.target))}`}>
          All of this target
        </Anchor>
      </Group>
      <Breaker delivery={delivery} />
      <Facts of={factsOf(delivery)} />
      <Title order={2} size="h4">
        Tries
      </Title>
      <Attempts attempts={delivery.attempts} />
      <Title order={2} size="h4">
        Parameters
      </Title>
      {delivery.parameters === null ? (
        <Text c="dimmed">What it told was deleted for its age, or erased. It cannot be sent again.</Text>
      ) : (
        <JsonView value={delivery.parameters} label="Parameters" />
      )}
      {isAsked && (
        <Confirm
          title="Send it again?"
          text="The program at the URL gets it once more, with the same idempotency token."
          action="Redeliver"
          isPending={redeliver.isPending}
          onConfirm={() => redeliver.mutate(undefined)}
          onClose={() => setAsked(false)}
        />
      )}
    </PageFrame>
  );
}

/** Says when the target is being left alone, and why. */
function Breaker({ delivery: { target_failures, target_paused_until } }: { delivery: Row }) {
  const failures = Number(target_failures);
  if (!(failures > 0)) return null;
  if (typeof target_paused_until !== 'string') {
    return (
      <Text size="sm" c="dimmed">
        {`The target failed ${failures} ${failures === 1 ? 'time' : 'times'} in a row.`}
      </Text>
    );
  }
  return (
    <Alert color="orange" title="The target is being left alone">
      <Text size="sm">
        {`It failed ${failures} times in a row. What is to be sent to it waits. It is tried again at `}
        <ExactTime value={target_paused_until} />.
      </Text>
    </Alert>
  );
}

function factsOf(row: Row) {
  const conversation = textOf(row.conversation_sid);
  return [
    ['SID', <CopyValue key="s" value={textOf(row.sid)} label="SID" />],
    ['Target', <CopyValue key="t" value={textOf(row.target)} label="target" />],
    ['Conversation', conversation === '' ? '–' : <CopyValue key="c" value={conversation} label="conversation SID" />],
    ['URL', `${textOf(row.webhook_method)} ${textOf(row.webhook_url)}`],
    ['Created', <Time key="d" value={textOf(row.date_created)} />],
    ['Changed', <Time key="u" value={textOf(row.date_updated)} />],
  ] as const;
}

function Attempts({ attempts }: { attempts: unknown }) {
  const rows = Array.isArray(attempts) ? attempts.map(fieldsOf) : [];
  if (rows.length === 0) return <Text c="dimmed">It has not been tried yet.</Text>;
  return (
    <Stack component="ol" gap="xs" p={0} m={0}>
      {rows.map((attempt, at) => (
        // Numbers begin anew when it is sent again.
        <Card component="li" withBorder padding="sm" key={`${textOf(attempt.started_at)} ${at}`}>
          <Group gap="xs">
            <StateBadge color={isSuccess(attempt) ? 'green' : 'red'} text={outcomeText(attempt)} />
            <ExactTime value={textOf(attempt.started_at)} />
            <Text size="sm">{`took ${textOf(attempt.duration_ms)} ms`}</Text>
          </Group>
          {textOf(attempt.reason) !== '' && <Text size="sm">{textOf(attempt.reason)}</Text>}
          {textOf(attempt.answer) !== '' && <JsonView value={textOf(attempt.answer)} label="The answer" />}
        </Card>
      ))}
    </Stack>
  );
}

function isSuccess({ outcome, status }: Row): boolean {
  return outcome === 'answered' && Number(status) >= 200 && Number(status) < 300;
}

function outcomeText({ outcome, status }: Row): string {
  return outcome === 'answered' ? `answered ${textOf(status)}` : textOf(outcome).replaceAll('_', ' ');
}
