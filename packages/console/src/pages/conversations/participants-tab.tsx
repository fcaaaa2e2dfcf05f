import { Button, Group, Select, Stack, Text, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { type Row, textOf, usePages } from '../../api/pages.ts';
import { fieldsOf, rest } from '../../api/rest.ts';
import { fieldError, useAction } from '../../api/use-action.ts';
import { Confirm } from '../../components/confirm.tsx';
import { Empty } from '../../components/empty.tsx';
import { FormModal } from '../../components/form-modal.tsx';
import { ListTable } from '../../components/list-table.tsx';
import { Time } from '../../components/time.tsx';
import { AddParticipant } from './add-participant.tsx';
import { AttributesField, isJson } from './attributes-field.tsx';
import { conversationPath } from './paths.ts';

/** Who takes part, in what role, how far they have read, and whether they can be reached. */
export function ParticipantsTab({ service, sid }: { service: string; sid: string }) {
  const path = `${conversationPath(service, sid)}/Participants`;
  const pages = usePages(path, 'participants');
  const roles = useRoles(service);
  const [isAdding, setAdding] = useState(false);
  const [changing, setChanging] = useState<Row>();
  const [removing, setRemoving] = useState<Row>();
  const nameOf = (roleSid: string) => roles.find(({ value }) => value === roleSid)?.label ?? roleSid;
  return (
    <Stack>
      <Group>
        <Button onClick={() => setAdding(true)}>Add participant</Button>
      </Group>
      <ListTable
        label="Participants"
        pages={pages}
        height="calc(100vh - 320px)"
        rowKey={({ sid: its }) => textOf(its)}
        columns={[
          { title: 'Who', cell: whoCell, width: '26%' },
          { title: 'Role', cell: ({ role_sid }) => nameOf(textOf(role_sid)) || '–' },
          { title: 'Has read up to', cell: horizonCell },
          { title: 'Online', cell: (row) => <Reachability service={service} identity={textOf(row.identity)} /> },
          {
            title: 'Actions',
            cell: (row) => (
              <Group gap={4}>
                <Button size="compact-xs" variant="default" onClick={() => setChanging(row)}>
                  Edit
                </Button>
                <Button size="compact-xs" variant="light" color="red" onClick={() => setRemoving(row)}>
                  Remove
                </Button>
              </Group>
            ),
          },
        ]}
        empty={<Empty title="Nobody takes part" text="Add somebody by their identity or their address." />}
      />
      {isAdding && <AddParticipant path={path} roles={roles} onClose={() => setAdding(false)} />}
      {changing !== undefined && (
        <ChangeParticipant path={path} row={changing} roles={roles} onClose={() => setChanging(undefined)} />
      )}
      {removing !== undefined && (
        <RemoveParticipant path={path} row={removing} onClose={() => setRemoving(undefined)} />
      )}
    </Stack>
  );
}

export interface RoleChoice {
  value: string;
  label: string;
}

function useRoles(service: string): RoleChoice[] {
  const { rows } = usePages(`/v1/Services/${encodeURIComponent(service)}/Roles`, 'roles');
  return rows
    .filter(({ type }) => type === 'conversation')
    .map(({ sid, friendly_name }) => ({ value: textOf(sid), label: textOf(friendly_name) }));
}

function whoOf({ identity, messaging_binding, sid }: Row): string {
  return textOf(identity) || textOf(fieldsOf(messaging_binding).address) || textOf(sid);
}

function whoCell(row: Row) {
  const { type, proxy_address } = fieldsOf(row.messaging_binding);
  return (
    <>
      <Text size="sm">{whoOf(row)}</Text>
      {type !== undefined && (
        <Text size="xs" c="dimmed">
          {`${textOf(type)} ${textOf(proxy_address)}`}
        </Text>
      )}
      {row.attributes !== '{}' && (
        <Text size="xs" c="dimmed" lineClamp={2}>
          {textOf(row.attributes)}
        </Text>
      )}
    </>
  );
}

function horizonCell({ last_read_message_index, last_read_timestamp }: Row) {
  if (last_read_message_index === null) return 'Nothing';
  return (
    <>
      {`Message ${textOf(last_read_message_index)}, `}
      <Time value={textOf(last_read_timestamp)} />
    </>
  );
}

/** Of those who chat, where the service keeps it. */
function Reachability({ service, identity }: { service: string; identity: string }) {
  const user = useQuery({
    queryKey: ['users', service, identity],
    enabled: identity !== '',
    queryFn: async ({ signal }) =>
      fieldsOf(
        await rest(`/v1/Services/${encodeURIComponent(service)}/Users/${encodeURIComponent(identity)}`, { signal }),
      ),
  });
  const { is_online, is_notifiable } = user.data ?? {};
  if (is_online === null || is_online === undefined) return '–';
  return `${is_online === true ? 'Yes' : 'No'}${is_notifiable === true ? ', has a device' : ''}`;
}

interface OneParticipant {
  path: string;
  row: Row;
  onClose: () => void;
}

function ChangeParticipant({ path, row, roles, onClose }: OneParticipant & { roles: RoleChoice[] }) {
  const [role, setRole] = useState(textOf(row.role_sid));
  const [attributes, setAttributes] = useState(textOf(row.attributes));
  const [horizon, setHorizon] = useState(textOf(row.last_read_message_index));
  const isMoved = horizon !== textOf(row.last_read_message_index);
  const save = useAction({
    run: () =>
      rest(`${path}/${textOf(row.sid)}`, {
        form: {
          RoleSid: role || undefined,
          Attributes: attributes,
          ...(isMoved && { LastReadMessageIndex: horizon }),
        },
        webhooks: true,
      }),
    done: () => `${whoOf(row)} is changed.`,
    changes: ['participants'],
    onDone: onClose,
  });
  return (
    <FormModal
      title={`Edit ${whoOf(row)}`}
      action="Save"
      isPending={save.isPending}
      isReady={isJson(attributes)}
      onSubmit={() => save.mutate(undefined)}
      onClose={onClose}
    >
      <Select
        label="Role"
        allowDeselect={false}
        data={roles}
        value={role === '' ? null : role}
        onChange={(value) => setRole(value ?? '')}
        error={fieldError(save.error, 'RoleSid')}
      />
      <TextInput
        label="Has read up to message"
        description="Empty: nothing"
        inputMode="numeric"
        value={horizon}
        onChange={(event) => setHorizon(event.currentTarget.value)}
        error={fieldError(save.error, 'LastReadMessageIndex')}
      />
      <AttributesField value={attributes} onChange={setAttributes} error={save.error} />
    </FormModal>
  );
}

function RemoveParticipant({ path, row, onClose }: OneParticipant) {
  const remove = useAction({
    run: () => rest(`${path}/${textOf(row.sid)}`, { method: 'DELETE', webhooks: true }),
    done: () => `${whoOf(row)} takes part no longer.`,
    changes: ['participants', 'conversations'],
    onDone: onClose,
  });
  return (
    <Confirm
      title={`Remove ${whoOf(row)}?`}
      text="They see nothing of the conversation from now on, and how far they have read is forgotten. What they wrote stays."
      action="Remove"
      isPending={remove.isPending}
      onConfirm={() => remove.mutate(undefined)}
      onClose={onClose}
    />
  );
}
