import { TextInput } from '@mantine/core';
import { useState } from 'react';
import { useLocation } from 'wouter';
import { textOf } from '../../api/pages.ts';
import { fieldsOf, rest } from '../../api/rest.ts';
import { fieldError, useAction } from '../../api/use-action.ts';
import { FormModal } from '../../components/form-modal.tsx';
import { conversationPage } from './paths.ts';

export function CreateConversation({ service, onClose }: { service: string; onClose: () => void }) {
  const [friendlyName, setFriendlyName] = useState('');
  const [uniqueName, setUniqueName] = useState('');
  const [, navigate] = useLocation();
  const create = useAction({
    run: async () =>
      fieldsOf(
        await rest(`/v1/Services/${service}/Conversations`, {
          form: { FriendlyName: friendlyName || undefined, UniqueName: uniqueName || undefined },
        }),
      ),
    changes: ['conversations'],
    onDone: ({ sid }) => navigate(conversationPage(service, textOf(sid))),
  });
  return (
    <FormModal
      title="Create a conversation"
      action="Create"
      isPending={create.isPending}
      onSubmit={() => create.mutate(undefined)}
      onClose={onClose}
    >
      <TextInput
        label="Friendly name"
        placeholder="What people see"
        value={friendlyName}
        onChange={(event) => setFriendlyName(event.currentTarget.value)}
        error={fieldError(create.error, 'FriendlyName')}
        data-autofocus
      />
      <TextInput
        label="Unique name"
        placeholder="What programs find it by"
        value={uniqueName}
        onChange={(event) => setUniqueName(event.currentTarget.value)}
        error={fieldError(create.error, 'UniqueName')}
      />
    </FormModal>
  );
}
