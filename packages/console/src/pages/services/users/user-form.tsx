import { JsonInput, Select, TextInput } from '@mantine/core';
import { useState } from 'react';
import { type Row, textOf } from '../../../api/pages.ts';
import { rest } from '../../../api/rest.ts';
import { fieldError, useAction } from '../../../api/use-action.ts';
import { FormModal } from '../../../components/form-modal.tsx';
import { roleChoices, useRoles } from '../roles/use-roles.ts';

/** Makes a user, or changes the one that is given. */
export function UserForm({ path, user, onClose }: { path: string; user?: Row; onClose: () => void }) {
  const { rows } = useRoles(path);
  const [identity, setIdentity] = useState('');
  const [name, setName] = useState(textOf(user?.friendly_name));
  const [role, setRole] = useState(textOf(user?.role_sid));
  const [attributes, setAttributes] = useState(textOf(user?.attributes) || '{}');
  const save = useAction({
    run: () =>
      rest(user === undefined ? `${path}/Users` : `${path}/Users/${textOf(user.sid)}`, {
        form: {
          Identity: user === undefined ? identity : undefined,
          FriendlyName: user === undefined && name === '' ? undefined : name,
          RoleSid: role === '' ? undefined : role,
          Attributes: attributes,
        },
      }),
    done: () => (user === undefined ? `${identity} is made.` : 'The user is changed.'),
    changes: ['users'],
    onDone: onClose,
  });
  return (
    <FormModal
      title={user === undefined ? 'Create a user' : `Edit ${textOf(user.identity)}`}
      action={user === undefined ? 'Create' : 'Save'}
      isPending={save.isPending}
      onSubmit={() => save.mutate(undefined)}
      onClose={onClose}
    >
      {user === undefined && (
        <TextInput
          label="Identity"
          required
          maxLength={256}
          value={identity}
          onChange={(event) => setIdentity(event.currentTarget.value)}
          error={fieldError(save.error, 'Identity')}
          data-autofocus
        />
      )}
      <TextInput
        label="Name"
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        error={fieldError(save.error, 'FriendlyName')}
      />
      <Select
        label="Role"
        placeholder="The default role"
        allowDeselect={false}
        data={roleChoices(rows, 'service')}
        value={role === '' ? null : role}
        onChange={(sid) => setRole(sid ?? '')}
        error={fieldError(save.error, 'RoleSid')}
      />
      <JsonInput
        label="Attributes"
        validationError="This is not JSON."
        autosize
        minRows={3}
        maxRows={12}
        value={attributes}
        onChange={setAttributes}
        error={fieldError(save.error, 'Attributes')}
      />
    </FormModal>
  );
}
