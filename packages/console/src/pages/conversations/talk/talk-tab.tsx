import { SimpleGrid, Stack, Text } from '@mantine/core';
import { useUrlState } from '../../../api/use-url-state.ts';
import { Talker } from './talker.tsx';

/** Two people side by side, each connected as an app would be. */
export function TalkTab({ service, sid }: { service: string; sid: string }) {
  const [left, setLeft] = useUrlState('as');
  const [right, setRight] = useUrlState('and');
  return (
    <Stack>
      <Text c="dimmed">
        Each side connects with the official SDK and a token of that identity. Who does not take part yet is added.
      </Text>
      <SimpleGrid cols={{ base: 1, md: 2 }}>
        <Talker label="First identity" service={service} sid={sid} identity={left} onIdentity={setLeft} />
        <Talker label="Second identity" service={service} sid={sid} identity={right} onIdentity={setRight} />
      </SimpleGrid>
    </Stack>
  );
}
