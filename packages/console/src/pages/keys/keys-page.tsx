import { Alert, Badge, Button, Group, Modal, Select, Stack, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { type Row, textOf, usePages } from '../../api/pages.ts';
import { fieldsOf, rest } from '../../api/rest.ts';
import { fieldError, useAction } from '../../api/use-action.ts';
import { Confirm } from '../../components/confirm.tsx';
import { CopyValue } from '../../components/copy-value.tsx';
import { Empty } from '../../components/empty.tsx';
import { ListTable } from '../../components/list-table.tsx';
import { PageFrame } from '../../components/page.tsx';
import { Time } from '../../components/time.tsx';
import { useSession } from '../../session/session-gate.tsx';

export function Page() {
  const { accountSid, main } = useSession();
  const pages = usePages('/v1/Keys', 'keys', { AccountSid: accountSid });
  const [isCreating, setCreating] = useState(false);
  const [revoking, setRevoking] = useState<Row>();
  const create = <Button onClick={() => setCreating(true)}>Create API key</Button>;
  if (!main) {
    return (
      <PageFrame title="API keys">
        <Empty
          title="This credential may not see API keys"
          text="Sign in with the account's auth token, or with a Main key."
        />
      </PageFrame>
    );
  }
  return (
    <PageFrame title="API keys" about="They sign Access Tokens and call the REST API." actions={create}>
      <ListTable
        label="API keys"
        pages={pages}
        rowKey={({ sid }) => textOf(sid)}
        columns={[
          { title: 'Name', cell: ({ friendly_name }) => textOf(friendly_name) || '–', width: '30%' },
          { title: 'SID', cell: ({ sid }) => <CopyValue value={textOf(sid)} label="SID" />, width: '45%' },
          { title: 'Created', cell: ({ date_created }) => <Time value={textOf(date_created)} /> },
          {
            title: 'Actions',
            cell: (row) => (
              <Button size="compact-xs" color="red" variant="light" onClick={() => setRevoking(row)}>
                Revoke
              </Button>
            ),
          },
        ]}
        empty={<Empty title="There is no API key" text="Backends sign Access Tokens with one." />}
      />
      {isCreating && <CreateKey onClose={() => setCreating(false)} />}
      {revoking !== undefined && <RevokeKey apiKey={revoking} onClose={() => setRevoking(undefined)} />}
    </PageFrame>
  );
}

function CreateKey({ onClose }: { onClose: () => void }) {
  const { accountSid } = useSession();
  const [name, setName] = useState('');
  const [kind, setKind] = useState('standard');
  const create = useAction({
    run: async () =>
      fieldsOf(
        await rest('/v1/Keys', {
          form: { AccountSid: accountSid, FriendlyName: name === '' ? undefined : name, KeyType: kind },
        }),
      ),
    changes: ['keys'],
  });
  const made = create.data;
  return (
    <Modal opened onClose={onClose} title="Create an API key" closeButtonProps={{ 'aria-label': 'Close' }}>
      {made === undefined ? (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            create.mutate(undefined);
          }}
        >
          <Stack>
            <TextInput
              label="Name"
              placeholder="What will use it"
              value={name}
              onChange={(event) => setName(event.currentTarget.value)}
              error={fieldError(create.error, 'FriendlyName')}
              data-autofocus
            />
            <Select
              label="Kind"
              description="Standard keys sign tokens and call the REST API. Main keys may touch accounts and keys, too."
              allowDeselect={false}
              data={[
                { value: 'standard', label: 'Standard' },
                { value: 'main', label: 'Main' },
              ]}
              value={kind}
              onChange={(value) => setKind(value ?? 'standard')}
              error={fieldError(create.error, 'KeyType')}
            />
            <Group justify="end">
              <Button type="submit" loading={create.isPending}>
                Create
              </Button>
            </Group>
          </Stack>
        </form>
      ) : (
        <Stack>
          <Alert color="yellow" title="The secret is shown this once">
            Keep it where only your backend reads it. It cannot be shown again.
          </Alert>
          <Text fw={600}>SID</Text>
          <CopyValue value={textOf(made.sid)} label="SID" />
          <Text fw={600}>Secret</Text>
          <CopyValue value={textOf(made.secret)} label="secret" />
          <Group justify="end">
            <Badge variant="light">{kind}</Badge>
            <Button onClick={onClose}>I have stored it</Button>
          </Group>
        </Stack>
      )}
    </Modal>
  );
}

function RevokeKey({ apiKey, onClose }: { apiKey: Row; onClose: () => void }) {
  const sid = textOf(apiKey.sid);
  const revoke = useAction({
    run: () => rest(`/v1/Keys/${sid}`, { method: 'DELETE' }),
    done: () => `${sid} is revoked.`,
    changes: ['keys'],
    onDone: onClose,
  });
  return (
    <Confirm
      title={`Revoke ${textOf(apiKey.friendly_name) || sid}?`}
      text="Its requests are refused from now on, and everybody who is connected with a token that it signed is disconnected. This cannot be undone."
      action="Revoke"
      isPending={revoke.isPending}
      onConfirm={() => revoke.mutate(undefined)}
      onClose={onClose}
    />
  );
}
