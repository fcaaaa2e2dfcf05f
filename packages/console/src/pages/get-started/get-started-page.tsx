import { Paper, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { useState } from 'react';
import { CopyValue } from '../../components/copy-value.tsx';
import { Fault } from '../../components/fault.tsx';
import { PageFrame } from '../../components/page.tsx';
import { useSession } from '../../session/session-gate.tsx';
import { useDefaultService } from '../tokens/service-select.tsx';
import { ApiKeyValue, type KnownKey } from './api-key-value.tsx';
import { CodeSamples } from './code-samples.tsx';
import { FirstConversation } from './first-conversation.tsx';

export function Page() {
  const { accountSid } = useSession();
  const service = useDefaultService();
  const [key, setKey] = useState<KnownKey>({ sid: '' });
  const [identity, setIdentity] = useState('ada');
  if (service.error !== null) return <Fault error={service.error} />;
  return (
    <PageFrame title="Get started" about="What an app needs to know of this server, and how it begins.">
      <Paper withBorder p="md">
        <Title order={2} size="h4" mb="sm">
          Four values
        </Title>
        <SimpleGrid cols={{ base: 1, md: 2 }}>
          <Value name="Account SID" value={accountSid} />
          <ApiKeyValue known={key} onChange={setKey} />
          <Value name="Chat service SID" value={service.sid} />
          <Value name="Server URL" value={location.origin} />
        </SimpleGrid>
      </Paper>
      <FirstConversation serviceSid={service.sid} identity={identity} onIdentity={setIdentity} />
      <CodeSamples
        values={{
          accountSid,
          apiKeySid: key.sid || 'SK…',
          apiSecret: key.secret,
          serviceSid: service.sid,
          identity: identity || 'ada',
        }}
      />
    </PageFrame>
  );
}

function Value({ name, value }: { name: string; value: string }) {
  return (
    <Stack gap={4}>
      <Text fw={600}>{name}</Text>
      <CopyValue value={value} label={name} />
    </Stack>
  );
}
