import { Stack, Text } from '@mantine/core';
import { CopyValue } from '../../components/copy-value.tsx';
import { PageFrame } from '../../components/page.tsx';
import { useSession } from '../../session/session-gate.tsx';

export function Page() {
  const { accountSid } = useSession();
  return (
    <PageFrame title="Get started" about="What an app needs to know of this server.">
      <Stack gap="xs">
        <Text fw={600}>Account SID</Text>
        <CopyValue value={accountSid} label="Account SID" />
        <Text fw={600}>Server</Text>
        <CopyValue value={location.origin} label="server address" />
      </Stack>
    </PageFrame>
  );
}
