import { MultiSelect, Select, TextInput } from '@mantine/core';
import { useState } from 'react';
import { rest } from '../../../api/rest.ts';
import { fieldError, useAction } from '../../../api/use-action.ts';
import { FormModal } from '../../../components/form-modal.tsx';
import { inWords, permissionsOf, type RoleType } from './permissions.ts';

export function CreateRole({ path, onClose }: { path: string; onClose: () => void }) {
  const [name, setName] = useState('');
  const [type, setType] = useState<RoleType>('conversation');
  const [permissions, setPermissions] = useState<string[]>([]);
  const create = useAction({
    run: () => rest(`${path}/Roles`, { form: { FriendlyName: name, Type: type, Permission: permissions } }),
    done: () => `The role ${name} is made.`,
    changes: ['roles'],
    onDone: onClose,
  });
  return (
    <FormModal
      title="Create a role"
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
      <Select
        label="Where it counts"
        allowDeselect={false}
        data={[
          { value: 'conversation', label: 'In a conversation' },
          { value: 'service', label: 'In the service' },
        ]}
        value={type}
        onChange={(next) => {
          setType(next === 'service' ? next : 'conversation');
          setPermissions([]);
        }}
        error={fieldError(create.error, 'Type')}
      />
      <MultiSelect
        label="Permissions"
        placeholder={permissions.length === 0 ? 'One at least' : ''}
        searchable
        data={permissionsOf(type).map((value) => ({ value, label: inWords(value) }))}
        value={permissions}
        onChange={setPermissions}
        error={fieldError(create.error, 'Permission')}
      />
    </FormModal>
  );
}
