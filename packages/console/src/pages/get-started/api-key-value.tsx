import { Button, Group, Select, Stack, Text } from '@mantine/core';
import { useEffect } from 'react';
import { textOf, usePages } from '../../api/pages.ts';
import { fieldsOf, rest } from '../../api/rest.ts';
import { useAction } from '../../api/use-action.ts';
import { CopyValue } from '../../components/copy-value.tsx';
import { useSession } from '../../session/session-gate.tsx';

export interface KnownKey {
  sid: string;
  /** While the page is open, of a key that was just made. */
  secret?: string;
}

interface ApiKeyValueProps {
  known: KnownKey;
  onChange: (key: KnownKey) => void;
}

/** The API key that tokens are signed with: one that there is, or a new one with its secret. */
export function ApiKeyValue(props: ApiKeyValueProps) {
  const { main, credentialSid } = useSession();
  if (main) return <Choice {...props} />;
  return (
    <Stack gap={4}>
      <Text fw={600}>API key</Text>
      <CopyValue value={credentialSid} label="API key" />
    </Stack>
  );
}

function Choice({ known, onChange }: ApiKeyValueProps) {
  const { accountSid } = useSession();
  const { rows } = usePages('/confab/v1/Keys', 'keys');
  const signing = rows.filter(({ kind }) => kind !== 'restricted');
  const first = textOf(signing[0]?.sid);
  useEffect(() => {
    if (known.sid === '' && first !== '') onChange({ sid: first });
  }, [known.sid, first, onChange]);
  const create = useAction({
    run: async () => fieldsOf(await rest('/v1/Keys', { form: { AccountSid: accountSid, FriendlyName: 'My app' } })),
    changes: ['keys'],
    onDone: ({ sid, secret }) => onChange({ sid: textOf(sid), secret: textOf(secret) }),
  });
  const names = signing.map(({ sid, friendly_name }) => ({
    value: textOf(sid),
    label: textOf(friendly_name) || textOf(sid),
  }));
  return (
    <Stack gap={4}>
      <Group justify="space-between" gap="xs">
        <Text fw={600}>API key</Text>
        <Button size="compact-xs" loading={create.isPending} onClick={() => create.mutate(undefined)}>
          Create a key
        </Button>
      </Group>
      {names.length > 1 && known.secret === undefined && (
        <Select
          aria-label="Which API key"
          size="xs"
          allowDeselect={false}
          data={names}
          value={known.sid}
          onChange={(sid) => sid !== null && onChange({ sid })}
        />
      )}
      <CopyValue value={known.sid} label="API key" />
      {known.secret === undefined ? (
        <Text size="sm" c="dimmed">
          Its secret was shown when it was made. Without it, create a key.
        </Text>
      ) : (
        <>
          <Text fw={600}>API secret, shown this once</Text>
          <CopyValue value={known.secret} label="API secret" />
        </>
      )}
    </Stack>
  );
}
