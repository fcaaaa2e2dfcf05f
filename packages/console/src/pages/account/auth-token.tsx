import { Button, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { useState } from 'react';
import { textOf } from '../../api/pages.ts';
import { fieldsOf, rest } from '../../api/rest.ts';
import { useAction } from '../../api/use-action.ts';
import { useRecord } from '../../api/use-record.ts';
import { Confirm } from '../../components/confirm.tsx';
import { NewSecret } from '../../components/new-secret.tsx';
import { Time } from '../../components/time.tsx';

const PATH = '/v1/AuthTokens';

/** The auth token, changed with an overlap: a second one is made, programs are changed over, and it is made the only one. */
export function AuthToken() {
  const { data } = useRecord(PATH, 'auth-tokens');
  const [asked, setAsked] = useState<'promote' | 'delete'>();
  const close = () => setAsked(undefined);
  const create = useAction({
    run: async () => fieldsOf(await rest(`${PATH}/Secondary`, { method: 'POST' })),
    changes: ['auth-tokens'],
  });
  const promote = useAction({
    run: () => rest(`${PATH}/Promote`, { method: 'POST' }),
    done: () => 'The second auth token is the only one now.',
    changes: ['auth-tokens'],
    onDone: close,
  });
  const remove = useAction({
    run: () => rest(`${PATH}/Secondary`, { method: 'DELETE' }),
    done: () => 'The second auth token is refused from now on.',
    changes: ['auth-tokens'],
    onDone: close,
  });
  const since = data?.secondary_date_created;
  return (
    <Paper withBorder p="md">
      <Stack>
        <Title order={2} size="h4">
          Auth token
        </Title>
        {typeof since === 'string' ? (
          <>
            <Text>
              There are two since <Time value={since} />, and both are good. When all programs have the second one, make
              it the only one.
            </Text>
            <Group>
              <Button onClick={() => setAsked('promote')}>Make the second the only one</Button>
              <Button variant="default" onClick={() => setAsked('delete')}>
                Take the second back
              </Button>
            </Group>
          </>
        ) : (
          <>
            <Text>To change it without a break, make a second one first: both are good until you choose.</Text>
            <Group>
              <Button loading={create.isPending} disabled={data === undefined} onClick={() => create.mutate(undefined)}>
                Create a second auth token
              </Button>
            </Group>
          </>
        )}
      </Stack>
      {create.data !== undefined && (
        <NewSecret
          title="There is a second auth token"
          values={[{ label: 'Auth token', value: textOf(create.data.secondary_auth_token) }]}
          onClose={() => create.reset()}
        />
      )}
      {asked === 'promote' && (
        <Confirm
          title="Make the second auth token the only one?"
          text="Whatever uses the first one is refused from now on, also console sessions that began with it."
          action="Make it the only one"
          isPending={promote.isPending}
          onConfirm={() => promote.mutate(undefined)}
          onClose={close}
        />
      )}
      {asked === 'delete' && (
        <Confirm
          title="Take the second auth token back?"
          text="Whatever uses it is refused from now on."
          action="Take it back"
          isPending={remove.isPending}
          onConfirm={() => remove.mutate(undefined)}
          onClose={close}
        />
      )}
    </Paper>
  );
}
