import type { Inspection } from '@confab/access-token/inspect';
import { Alert, Badge, Code, Group, Stack, Text, Title } from '@mantine/core';
import { Properties } from '../../components/properties.tsx';
import { Time } from '../../components/time.tsx';
import { timeLeft } from './time-left.ts';

const VERDICTS = {
  accepted: {
    color: 'green',
    title: 'The token is good',
    text: 'A server that knows the key and the service takes it.',
  },
  refused: { color: 'red', title: 'The token is refused', text: 'No server takes it, for what is listed below.' },
  unverified: {
    color: 'yellow',
    title: 'Nothing is wrong with what it says',
    text: 'Its signature was not checked: that needs the secret of the API key.',
  },
};

/** What a token says, and what is wrong with it. */
export function Verdict({ of: inspection }: { of: Inspection }) {
  const { color, title, text } = VERDICTS[inspection.verdict];
  return (
    <Stack>
      <Alert color={color} title={title} role="status">
        {text}
      </Alert>
      {inspection.findings.map(({ severity, code, message, advice }) => (
        <Group key={`${code} ${message}`} align="start" wrap="nowrap">
          <Badge color={severity === 'error' ? 'red' : 'yellow'} autoContrast variant="filled" flex="none">
            {severity === 'error' ? `Error ${code}` : 'Warning'}
          </Badge>
          <div>
            <Text fw={600}>{message}</Text>
            <Text c="dimmed">{advice}</Text>
          </div>
        </Group>
      ))}
      <Claims of={inspection} />
    </Stack>
  );
}

function Claims({
  of: { identity, issuer, times, grants, signature, header, payload, inspectedAt },
}: {
  of: Inspection;
}) {
  return (
    <Stack>
      <Title order={2} size="h4">
        What it says
      </Title>
      <Properties
        of={{
          'Time left': times === undefined ? undefined : timeLeft(times.expiresAt - inspectedAt),
          Expires: times === undefined ? undefined : <Time value={isoTime(times.expiresAt)} />,
          Issued: times?.issuedAt === undefined ? undefined : <Time value={isoTime(times.issuedAt)} />,
          Identity: identity === undefined ? undefined : <Code>{identity}</Code>,
          'Chat service': grants === undefined ? undefined : <Code>{grants.chat.serviceSid}</Code>,
          'Role for a new user':
            grants?.chat.deploymentRoleSid === undefined ? undefined : <Code>{grants.chat.deploymentRoleSid}</Code>,
          Account: issuer === undefined ? undefined : <Code>{issuer.accountSid}</Code>,
          'API key': issuer === undefined ? undefined : <Code>{issuer.apiKeySid}</Code>,
          Signature: signature,
        }}
      />
      {payload !== undefined && (
        <div>
          <Text size="sm" c="dimmed">
            Claims
          </Text>
          <Code block>{JSON.stringify({ header, payload }, null, 2)}</Code>
        </div>
      )}
    </Stack>
  );
}

/** Undefined for what no calendar has. */
function isoTime(seconds: number): string | undefined {
  const date = new Date(seconds * 1000);
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString();
}
