import { Button, Group, Stack } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { type Row, textOf, usePages } from '../../../api/pages.ts';
import { Empty } from '../../../components/empty.tsx';
import { ListTable } from '../../../components/list-table.tsx';
import { RowMenu } from '../../../components/row-menu.tsx';
import { Time } from '../../../components/time.tsx';
import { useRoles } from '../roles/use-roles.ts';
import { DeleteUser, EndUserSessions } from './confirmations.tsx';
import { UserForm } from './user-form.tsx';

/** Everybody who has connected to the service, was added to a conversation, or was made here. */
export function Users({ path }: { path: string }) {
  const pages = usePages(`${path}/Users`, 'users', { PageSize: '50' });
  const { rows: roles } = useRoles(path);
  const [dialog, setDialog] = useState<ReactNode>();
  const close = () => setDialog(undefined);
  const roleOf = ({ role_sid }: Row) => textOf(roles.find(({ sid }) => sid === role_sid)?.friendly_name);
  const actions = (user: Row) => [
    { label: 'Edit', onClick: () => setDialog(<UserForm path={path} user={user} onClose={close} />) },
    {
      label: 'End connections',
      isLoss: true,
      onClick: () => setDialog(<EndUserSessions user={user} onClose={close} />),
    },
    { label: 'Delete', isLoss: true, onClick: () => setDialog(<DeleteUser path={path} user={user} onClose={close} />) },
  ];
  return (
    <Stack>
      <Group>
        <Button onClick={() => setDialog(<UserForm path={path} onClose={close} />)}>Create user</Button>
      </Group>
      <ListTable
        label="Users"
        pages={pages}
        height="calc(100vh - 320px)"
        rowKey={({ sid }) => textOf(sid)}
        columns={[
          { title: 'Identity', cell: ({ identity }) => textOf(identity), width: '26%' },
          { title: 'Name', cell: ({ friendly_name }) => textOf(friendly_name) || '–' },
          { title: 'Role', cell: (user) => roleOf(user) || textOf(user.role_sid) },
          { title: 'Created', cell: ({ date_created }) => <Time value={textOf(date_created)} /> },
          {
            title: 'Actions',
            cell: (user) => <RowMenu of={textOf(user.identity)} actions={actions(user)} />,
            width: '14%',
          },
        ]}
        empty={
          <Empty
            title="Nobody is here yet"
            text="Users appear when they connect for the first time, or when they are added to a conversation."
          />
        }
      />
      {dialog}
    </Stack>
  );
}
