import { SegmentedControl, Select, TextInput } from '@mantine/core';
import { useState } from 'react';
import { rest } from '../../api/rest.ts';
import { fieldError, useAction } from '../../api/use-action.ts';
import { FormModal } from '../../components/form-modal.tsx';
import type { RoleChoice } from './participants-tab.tsx';

export interface AddParticipantProps {
  path: string;
  roles: RoleChoice[];
  onClose: () => void;
}

/** Somebody who chats, by identity, or who is reached at an address. */
export function AddParticipant({ path, roles, onClose }: AddParticipantProps) {
  const [kind, setKind] = useState('chat');
  const [who, setWho] = useState('');
  const [proxy, setProxy] = useState('');
  const [role, setRole] = useState<string | null>(null);
  const form =
    kind === 'chat'
      ? { Identity: who, RoleSid: role ?? undefined }
      : { 'MessagingBinding.Address': who, 'MessagingBinding.ProxyAddress': proxy };
  const add = useAction({
    run: () => rest(path, { form, webhooks: true }),
    done: () => `${who} takes part.`,
    changes: ['participants', 'conversations'],
    onDone: onClose,
  });
  return (
    <FormModal
      title="Add a participant"
      action="Add"
      isPending={add.isPending}
      onSubmit={() => add.mutate(undefined)}
      onClose={onClose}
    >
      <SegmentedControl
        aria-label="How they take part"
        data={[
          { value: 'chat', label: 'By chat' },
          { value: 'address', label: 'By an address' },
        ]}
        value={kind}
        onChange={setKind}
      />
      <TextInput
        label={kind === 'chat' ? 'Identity' : 'Address'}
        placeholder={kind === 'chat' ? 'alice' : '+15005550001'}
        required
        value={who}
        onChange={(event) => setWho(event.currentTarget.value)}
        error={fieldError(add.error, kind === 'chat' ? 'Identity' : 'MessagingBinding.Address')}
        data-autofocus
      />
      {kind === 'chat' ? (
        <Select
          label="Role"
          placeholder="The service's default"
          clearable
          clearButtonProps={{ 'aria-label': 'Default role' }}
          data={roles}
          value={role}
          onChange={setRole}
          error={fieldError(add.error, 'RoleSid')}
        />
      ) : (
        <TextInput
          label="Proxy address"
          description="The number of yours that they write to"
          placeholder="+15005550006"
          value={proxy}
          onChange={(event) => setProxy(event.currentTarget.value)}
          error={fieldError(add.error, 'MessagingBinding.ProxyAddress')}
        />
      )}
    </FormModal>
  );
}
