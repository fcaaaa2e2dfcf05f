import { Text } from '@mantine/core';
import { useRecord } from '../../api/use-record.ts';

/** How many are connected now with tokens that the key signed: those who will notice. */
export function KeySessions({ sid }: { sid: string }) {
  const { data } = useRecord(`/confab/v1/Sessions?ApiKeySid=${sid}`, 'sessions');
  if (typeof data?.total !== 'number') return null;
  return (
    <Text size="sm" role="status">
      {data.total === 1
        ? 'One client is connected with its tokens now.'
        : `${data.total} clients are connected with its tokens now.`}
    </Text>
  );
}
