import { Anchor, Center, Group, Loader, Text, Timeline } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from 'wouter';
import { type Row, textOf } from '../../api/pages.ts';
import { fieldsOf, rest } from '../../api/rest.ts';
import { CopyValue } from '../../components/copy-value.tsx';
import { Empty } from '../../components/empty.tsx';
import { ExactTime } from '../../components/exact-time.tsx';
import { Fault } from '../../components/fault.tsx';
import { PageFrame } from '../../components/page.tsx';
import { type Step, stepsOf } from './steps.ts';

const REFRESH_MS = 2_000;

const COLORS = { server: 'blue', socket: 'teal', webhook: 'grape' } as const;

export function Page() {
  const { service = '', conversation = '', message = '' } = useParams<Record<string, string>>();
  const [is, ch, im] = [service, conversation, message].map(encodeURIComponent);
  const path = `/confab/v1/Services/${is}/Conversations/${ch}/Messages/${im}/Trace`;
  const query = useQuery({
    queryKey: ['trace', path],
    queryFn: async ({ signal }) => fieldsOf(await rest(path, { signal })),
    refetchInterval: REFRESH_MS,
  });
  return (
    <PageFrame
      title="Trace of a message"
      about="From the request to each client and webhook, with the time since the first."
    >
      <CopyValue value={message} label="message SID" />
      {query.data === undefined && query.isPending && (
        <Center h={160}>
          <Loader aria-label="Loading the trace" />
        </Center>
      )}
      {query.data === undefined && query.error !== null && (
        <Fault error={query.error} retry={() => void query.refetch()} />
      )}
      {query.data !== undefined && <Trace trace={query.data} />}
    </PageFrame>
  );
}

function Trace({ trace }: { trace: Row }) {
  const steps = stepsOf(trace);
  const [first] = steps;
  if (first === undefined) {
    return (
      <Empty
        title="This node does not remember the message"
        text="A node remembers the newest 500 messages that went through it since it started."
      />
    );
  }
  const more = Number(trace.more_deliveries);
  return (
    <>
      <Timeline active={steps.length} bulletSize={16} lineWidth={2} aria-label="Steps">
        {steps.map((step, at) => (
          <Timeline.Item key={`${at} ${step.at}`} color={COLORS[step.kind]} title={step.title}>
            <What step={step} />
            <Group gap="xs">
              <Text size="sm">{`+${Date.parse(step.at) - Date.parse(first.at)} ms`}</Text>
              <Text size="sm" c="dimmed" component="div">
                <ExactTime value={step.at} />
              </Text>
            </Group>
          </Timeline.Item>
        ))}
      </Timeline>
      {more > 0 && <Text>{`It was written to ${more} more sockets.`}</Text>}
      <Text size="sm" c="dimmed">{`As node ${textOf(trace.node)} saw it.`}</Text>
    </>
  );
}

function What({ step: { text, href } }: { step: Step }) {
  if (href === undefined) return <Text size="sm">{text}</Text>;
  return (
    <Anchor size="sm" component={Link} href={href}>
      {text}
    </Anchor>
  );
}
