import { Badge, Button, Group, Stack, TextInput } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { type Row, textOf, usePages } from '../../api/pages.ts';
import { fieldsOf, rest } from '../../api/rest.ts';
import { fieldError, useAction } from '../../api/use-action.ts';
import { Confirm } from '../../components/confirm.tsx';
import { CopyValue } from '../../components/copy-value.tsx';
import { Empty } from '../../components/empty.tsx';
import { FormModal } from '../../components/form-modal.tsx';
import { ListTable } from '../../components/list-table.tsx';
import { NewSecret } from '../../components/new-secret.tsx';
import { RowMenu } from '../../components/row-menu.tsx';
import { Time } from '../../components/time.tsx';
import { useSession } from '../../session/session-gate.tsx';

const PATH = '/2010-04-01/Accounts';

/** Accounts that belong to this one, each with services and keys of its own. */
export function Subaccounts() {
  const { accountSid } = useSession();
  const { rows, query } = usePages(`${PATH}.json`, 'accounts');
  const [dialog, setDialog] = useState<ReactNode>();
  const close = () => setDialog(undefined);
  const actions = (account: Row) =>
    account.status === 'active'
      ? [
          {
            label: 'Suspend',
            isLoss: true,
            onClick: () => setDialog(<Change account={account} to="suspended" onClose={close} />),
          },
        ]
      : account.status === 'suspended'
        ? [
            { label: 'Activate', onClick: () => setDialog(<Change account={account} to="active" onClose={close} />) },
            {
              label: 'Close',
              isLoss: true,
              onClick: () => setDialog(<Change account={account} to="closed" onClose={close} />),
            },
          ]
        : [];
  return (
    <Stack>
      <Group>
        <Button onClick={() => setDialog(<CreateSubaccount onClose={close} />)}>Create subaccount</Button>
      </Group>
      <ListTable
        label="Subaccounts"
        // The API lists the account itself, too.
        pages={{ rows: rows.filter(({ sid }) => sid !== accountSid), query }}
        rowKey={({ sid }) => textOf(sid)}
        columns={[
          { title: 'Name', cell: ({ friendly_name }) => textOf(friendly_name) || '–', width: '24%' },
          { title: 'SID', cell: ({ sid }) => <CopyValue value={textOf(sid)} label="SID" />, width: '36%' },
          { title: 'Status', cell: ({ status }) => <Badge variant="default">{textOf(status)}</Badge> },
          { title: 'Created', cell: ({ date_created }) => <Time value={textOf(date_created)} /> },
          {
            title: 'Actions',
            cell: (account) =>
              actions(account).length > 0 && (
                <RowMenu of={textOf(account.friendly_name) || textOf(account.sid)} actions={actions(account)} />
              ),
            width: '14%',
          },
        ]}
        empty={<Empty title="There is no subaccount" text="One for each customer keeps their data and keys apart." />}
      />
      {dialog}
    </Stack>
  );
}

function CreateSubaccount({ onClose }: { onClose: () => void }) {
  const [name, setName] = useState('');
  const create = useAction({
    run: async () => fieldsOf(await rest(`${PATH}.json`, { form: { FriendlyName: name } })),
    changes: ['accounts'],
  });
  const made = create.data;
  if (made !== undefined) {
    return (
      <NewSecret
        title="The subaccount is made"
        values={[
          { label: 'SID', value: textOf(made.sid) },
          { label: 'Auth token', value: textOf(made.auth_token) },
        ]}
        onClose={onClose}
      />
    );
  }
  return (
    <FormModal
      title="Create a subaccount"
      action="Create"
      isPending={create.isPending}
      onSubmit={() => create.mutate(undefined)}
      onClose={onClose}
    >
      <TextInput
        label="Name"
        required
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        error={fieldError(create.error, 'FriendlyName')}
        data-autofocus
      />
    </FormModal>
  );
}

const CHANGES = {
  suspended: {
    verb: 'Suspend',
    text: 'Its credentials and tokens are refused, and its clients disconnected, until you activate it again.',
  },
  active: { verb: 'Activate', text: 'Its credentials and tokens are good again.' },
  closed: { verb: 'Close', text: 'It is closed for good: nobody can activate it again.' },
};

function Change({ account, to, onClose }: { account: Row; to: keyof typeof CHANGES; onClose: () => void }) {
  const { verb, text } = CHANGES[to];
  const sid = textOf(account.sid);
  const change = useAction({
    run: () => rest(`${PATH}/${sid}.json`, { form: { Status: to } }),
    done: () => `${textOf(account.friendly_name) || sid} is ${to}.`,
    changes: ['accounts'],
    onDone: onClose,
  });
  return (
    <Confirm
      title={`${verb} ${textOf(account.friendly_name) || sid}?`}
      text={text}
      action={verb}
      typed={to === 'closed' ? sid : undefined}
      isPending={change.isPending}
      onConfirm={() => change.mutate(undefined)}
      onClose={onClose}
    />
  );
}
