import { TextInput } from '@mantine/core';
import { useState } from 'react';
import { type Row, textOf } from '../../api/pages.ts';
import { fieldsOf, rest } from '../../api/rest.ts';
import { fieldError, useAction } from '../../api/use-action.ts';
import { FormModal } from '../../components/form-modal.tsx';
import { PolicyInput, policyText } from './policy-input.tsx';

export function EditKey({ apiKey, onClose }: { apiKey: Row; onClose: () => void }) {
  const isRestricted = apiKey.kind === 'restricted';
  const [name, setName] = useState(textOf(apiKey.friendly_name));
  const [allow, setAllow] = useState(allowedBy(apiKey.policy));
  const change = useAction({
    run: () =>
      rest(`/v1/Keys/${textOf(apiKey.sid)}`, {
        form: { FriendlyName: name, Policy: isRestricted ? policyText(allow) : undefined },
      }),
    done: () => 'The key is changed.',
    changes: ['keys'],
    onDone: onClose,
  });
  return (
    <FormModal
      title={`Edit ${textOf(apiKey.friendly_name) || textOf(apiKey.sid)}`}
      action="Save"
      isPending={change.isPending}
      onSubmit={() => change.mutate(undefined)}
      onClose={onClose}
    >
      <TextInput
        label="Name"
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        error={fieldError(change.error, 'FriendlyName')}
        data-autofocus
      />
      {isRestricted && <PolicyInput value={allow} onChange={setAllow} error={fieldError(change.error, 'Policy')} />}
    </FormModal>
  );
}

function allowedBy(policy: unknown): string[] {
  const { allow } = fieldsOf(policy);
  return Array.isArray(allow) ? allow.map(String) : [];
}
