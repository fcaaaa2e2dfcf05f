import { Select, TextInput } from '@mantine/core';
import { useState } from 'react';
import { textOf } from '../../api/pages.ts';
import { fieldsOf, rest } from '../../api/rest.ts';
import { fieldError, useAction } from '../../api/use-action.ts';
import { FormModal } from '../../components/form-modal.tsx';
import { NewSecret } from '../../components/new-secret.tsx';
import { useSession } from '../../session/session-gate.tsx';
import { PolicyInput, policyText } from './policy-input.tsx';

const KINDS = [
  { value: 'standard', label: 'Standard: signs tokens and calls the REST API' },
  { value: 'main', label: 'Main: may touch accounts and keys, too' },
  { value: 'restricted', label: 'Restricted: calls what its policy lists, signs nothing' },
];

export function CreateKey({ onClose }: { onClose: () => void }) {
  const { accountSid } = useSession();
  const [name, setName] = useState('');
  const [kind, setKind] = useState('standard');
  const [allow, setAllow] = useState<string[]>([]);
  const create = useAction({
    run: async () =>
      fieldsOf(
        await rest('/v1/Keys', {
          form: {
            AccountSid: accountSid,
            FriendlyName: name === '' ? undefined : name,
            KeyType: kind,
            Policy: kind === 'restricted' ? policyText(allow) : undefined,
          },
        }),
      ),
    changes: ['keys'],
  });
  const made = create.data;
  if (made !== undefined) {
    return (
      <NewSecret
        title="The API key is made"
        values={[
          { label: 'SID', value: textOf(made.sid) },
          { label: 'Secret', value: textOf(made.secret) },
        ]}
        onClose={onClose}
      />
    );
  }
  return (
    <FormModal
      title="Create an API key"
      action="Create"
      isPending={create.isPending}
      onSubmit={() => create.mutate(undefined)}
      onClose={onClose}
    >
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
        allowDeselect={false}
        data={KINDS}
        value={kind}
        onChange={(value) => setKind(value ?? 'standard')}
        error={fieldError(create.error, 'KeyType')}
      />
      {kind === 'restricted' && (
        <PolicyInput value={allow} onChange={setAllow} error={fieldError(create.error, 'Policy')} />
      )}
    </FormModal>
  );
}
