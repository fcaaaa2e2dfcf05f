import { Button, Checkbox, Group, ScrollArea, Stack, Table, Text, Title } from '@mantine/core';
import { useState } from 'react';
import { type Row, textOf } from '../../../api/pages.ts';
import { rest } from '../../../api/rest.ts';
import { useAction } from '../../../api/use-action.ts';
import { DeleteRole } from './delete-role.tsx';
import { allowedBy, inWords, permissionsOf, type RoleType } from './permissions.ts';

export interface PermissionMatrixProps {
  /** Of the service. */
  path: string;
  type: RoleType;
  roles: readonly Row[];
}

const TITLES = { service: 'Roles in the service', conversation: 'Roles in a conversation' };

/** All roles of one type beside each other. What was changed is sent when it is saved, role by role. */
export function PermissionMatrix({ path, type, roles }: PermissionMatrixProps) {
  // By the role's SID; a role that is not in it is as it was.
  const [drafts, setDrafts] = useState<Readonly<Record<string, ReadonlySet<string>>>>({});
  const [deleting, setDeleting] = useState<Row>();
  const changed = Object.entries(drafts);
  const save = useAction({
    run: async () => {
      for (const [sid, allowed] of changed) {
        await rest(`${path}/Roles/${sid}`, { form: { Permission: [...allowed] } });
        setDrafts(({ [sid]: _saved, ...others }) => others);
      }
    },
    done: () => 'The permissions are saved, and count from the next request on.',
    changes: ['roles'],
  });
  const draftOf = (role: Row) => drafts[textOf(role.sid)] ?? allowedBy(role);
  function toggle(role: Row, permission: string): void {
    const next = new Set(draftOf(role));
    if (!next.delete(permission)) next.add(permission);
    setDrafts((all) => ({ ...all, [textOf(role.sid)]: next }));
  }
  const isEmpty = changed.some(([, allowed]) => allowed.size === 0);
  return (
    <Stack gap="xs">
      <Title order={2} size="h4">
        {TITLES[type]}
      </Title>
      <ScrollArea type="auto" viewportProps={{ tabIndex: 0, 'aria-label': TITLES[type] }}>
        <Table withRowBorders highlightOnHover miw={240 + roles.length * 140}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th scope="col">Permission</Table.Th>
              {roles.map((role) => (
                <Table.Th key={textOf(role.sid)} scope="col">
                  <Stack gap={2} align="start">
                    {textOf(role.friendly_name)}
                    <Button
                      size="compact-xs"
                      variant="default"
                      aria-label={`Delete role ${textOf(role.friendly_name)}`}
                      onClick={() => setDeleting(role)}
                    >
                      Delete
                    </Button>
                  </Stack>
                </Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {permissionsOf(type).map((permission) => (
              <Table.Tr key={permission}>
                <Table.Th scope="row" fw={400} title={permission}>
                  {inWords(permission)}
                </Table.Th>
                {roles.map((role) => (
                  <Table.Td key={textOf(role.sid)}>
                    <Checkbox
                      aria-label={`${textOf(role.friendly_name)}: ${inWords(permission)}`}
                      checked={draftOf(role).has(permission)}
                      onChange={() => toggle(role, permission)}
                    />
                  </Table.Td>
                ))}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </ScrollArea>
      {isEmpty && (
        <Text size="sm" role="alert">
          A role allows one thing at least.
        </Text>
      )}
      <Group>
        <Button
          loading={save.isPending}
          disabled={changed.length === 0 || isEmpty}
          onClick={() => save.mutate(undefined)}
        >
          {`Save ${type} roles`}
        </Button>
        <Button variant="default" disabled={changed.length === 0} onClick={() => setDrafts({})}>
          Undo
        </Button>
      </Group>
      {deleting !== undefined && <DeleteRole path={path} role={deleting} onClose={() => setDeleting(undefined)} />}
    </Stack>
  );
}
