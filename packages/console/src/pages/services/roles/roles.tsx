import { Button, Group, Stack } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { Fault } from '../../../components/fault.tsx';
import { CreateRole } from './create-role.tsx';
import { PermissionMatrix } from './permission-matrix.tsx';
import { useRoles } from './use-roles.ts';

/** What people may do, by the roles that they have: in the service, and in each conversation. */
export function Roles({ path }: { path: string }) {
  const { rows, query } = useRoles(path);
  const [dialog, setDialog] = useState<ReactNode>();
  if (query.error !== null) return <Fault error={query.error} retry={() => void query.refetch()} />;
  return (
    <Stack>
      <Group>
        <Button onClick={() => setDialog(<CreateRole path={path} onClose={() => setDialog(undefined)} />)}>
          Create role
        </Button>
      </Group>
      {(['service', 'conversation'] as const).map((type) => (
        <PermissionMatrix key={type} path={path} type={type} roles={rows.filter((role) => role.type === type)} />
      ))}
      {dialog}
    </Stack>
  );
}
