import { Center, Loader, SimpleGrid, Text } from '@mantine/core';
import { durationText, sizeText } from '../../components/amounts.ts';
import { Facts } from '../../components/facts.tsx';
import { Fault } from '../../components/fault.tsx';
import { PageFrame } from '../../components/page.tsx';
import { type Sample, sumOf } from './metrics.ts';
import { Plot } from './plot.tsx';
import { latest, perMinute, quantiles, type Series, values } from './series.ts';
import { type Look, useSamples } from './use-samples.ts';

export function Page() {
  const { looks, query } = useSamples();
  const last = looks.at(-1);
  return (
    <PageFrame title="Overview" about="What the node that answers says of itself in /metrics, every five seconds.">
      {query.error !== null && <Fault error={query.error} retry={() => void query.refetch()} />}
      {last === undefined && query.error === null && (
        <Center h={160}>
          <Loader aria-label="Loading the numbers" />
        </Center>
      )}
      {last !== undefined && (
        <>
          <Facts of={factsOf(last.samples)} />
          <Plots looks={looks} />
        </>
      )}
    </PageFrame>
  );
}

const REST = 'confab_http_request_duration_seconds';
const isRest = ({ route = '' }: Sample['labels']): boolean => route.startsWith('/v1/');

function Plots({ looks }: { looks: readonly Look[] }) {
  const times = looks.map(({ at }) => at);
  const messages = perMinute(looks, 'confab_messages_total');
  const connections = values(looks, (samples) => sumOf(samples, 'confab_realtime_connections'));
  const rest = [0.5, 0.95].map((quantile) => quantiles(looks, quantile, REST, isRest));
  const hooks = [0.5, 0.95].map((quantile) => quantiles(looks, quantile, 'confab_webhook_attempt_seconds'));
  const commands = values(looks, (samples) => sumOf(samples, 'confab_store_commands_waiting'));
  const deliveries = values(looks, (samples) => sumOf(samples, 'confab_webhook_deliveries_waiting'));
  return (
    <SimpleGrid cols={{ base: 1, lg: 2 }}>
      <Plot
        title="Messages per minute"
        times={times}
        lines={[{ label: 'Messages', values: messages }]}
        summary={`${numberText(latest(messages))} a minute`}
      />
      <Plot
        title="Connections"
        times={times}
        lines={[{ label: 'Connections', values: connections }]}
        summary={`${numberText(latest(connections))} SDK clients`}
      />
      <Plot title="REST requests" times={times} lines={linesOf(rest)} summary={quantileText(rest)} />
      <Plot title="Webhook tries" times={times} lines={linesOf(hooks)} summary={quantileText(hooks)} />
      <Plot
        title="Queues"
        times={times}
        lines={[
          { label: 'Commands', values: commands },
          { label: 'Webhooks', values: deliveries },
        ]}
        summary={`${numberText(latest(commands))} commands and ${numberText(latest(deliveries))} webhooks wait`}
      />
    </SimpleGrid>
  );
}

function linesOf([half = [], most = []]: readonly Series[]) {
  return [
    { label: 'Half within ms', values: half },
    { label: '95% within ms', values: most },
  ];
}

function quantileText([half = [], most = []]: readonly Series[]): string {
  const [within, mostWithin] = [latest(half), latest(most)];
  if (within === undefined || mostWithin === undefined) return 'None while this page is open';
  return `Half within ${numberText(within)} ms, 95% within ${numberText(mostWithin)} ms`;
}

function factsOf(samples: readonly Sample[]) {
  const labels = (name: string) => samples.find((sample) => sample.name === name)?.labels ?? {};
  const of = (name: string) => sumOf(samples, name);
  const { version = '–', database = '–', node = '–' } = labels('confab_info');
  const started = of('process_start_time_seconds');
  const [free, total] = [of('confab_disk_free_bytes'), of('confab_disk_total_bytes')];
  const lag = of('nodejs_eventloop_lag_p99_seconds');
  return [
    ['Version', `Confab ${version}, Node.js ${labels('nodejs_version_info').version ?? '–'}`],
    ['Node', node],
    ['Database', database],
    ['Running for', started === undefined ? '–' : durationText(Math.max(0, Date.now() / 1000 - started))],
    ['Messages stored since then', <Count key="m" value={of('confab_messages_total')} />],
    ['Connections', <Count key="c" value={of('confab_realtime_connections')} />],
    ['Not yet read by clients', sizeOf(of('confab_realtime_unread_bytes'))],
    ['Webhook targets left alone', <Count key="w" value={of('confab_webhook_targets_paused')} />],
    ['Memory', sizeOf(of('process_resident_memory_bytes'))],
    ['Disk', free === undefined || total === undefined ? '–' : `${sizeText(free)} of ${sizeText(total)} free`],
    ['Event loop delay, 99%', lag === undefined || Number.isNaN(lag) ? '–' : `${numberText(lag * 1000)} ms`],
  ] as const;
}

function Count({ value }: { value: number | undefined }) {
  return <Text span>{numberText(value)}</Text>;
}

const sizeOf = (bytes: number | undefined): string => (bytes === undefined ? '–' : sizeText(bytes));

const NUMBER = new Intl.NumberFormat(undefined, { maximumFractionDigits: 1 });

function numberText(value: number | undefined): string {
  return value === undefined ? '–' : NUMBER.format(value);
}
