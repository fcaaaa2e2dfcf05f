import { Select, Text } from '@mantine/core';
import { useState } from 'react';
import { type Row, textOf } from '../../api/pages.ts';
import { fieldsOf, rest } from '../../api/rest.ts';
import { fieldError, useAction } from '../../api/use-action.ts';
import { FormModal } from '../../components/form-modal.tsx';
import { NewSecret } from '../../components/new-secret.tsx';
import { Time } from '../../components/time.tsx';
import { KeySessions } from './key-sessions.tsx';

const OVERLAPS = [
  { value: '0', label: 'Not at all: refuse it now' },
  { value: '3600', label: 'For an hour' },
  { value: '86400', label: 'For a day' },
  { value: '604800', label: 'For a week' },
  { value: '2592000', label: 'For 30 days' },
];

export function RotateKey({ apiKey, onClose }: { apiKey: Row; onClose: () => void }) {
  const sid = textOf(apiKey.sid);
  const [overlap, setOverlap] = useState('86400');
  const rotate = useAction({
    run: async () => fieldsOf(await rest(`/confab/v1/Keys/${sid}/Rotate`, { form: { OverlapSeconds: overlap } })),
    changes: ['keys'],
  });
  const made = rotate.data;
  if (made !== undefined) {
    return (
      <NewSecret
        title="The key has a new secret"
        values={[
          { label: 'SID', value: sid },
          { label: 'Secret', value: textOf(made.secret) },
        ]}
        onClose={onClose}
      >
        <Text size="sm">
          {made.previous_secret_ends_at === null ? (
            'The old secret is refused from now on, and so are the tokens that it signed.'
          ) : (
            <>
              The old secret is good until <Time value={textOf(made.previous_secret_ends_at)} />.
            </>
          )}
        </Text>
      </NewSecret>
    );
  }
  return (
    <FormModal
      title={`Rotate ${textOf(apiKey.friendly_name) || sid}`}
      action="Rotate"
      isPending={rotate.isPending}
      onSubmit={() => rotate.mutate(undefined)}
      onClose={onClose}
    >
      <Text>
        The key keeps its SID and gets a new secret. While the old one is good as well, programs can be changed over one
        by one. At its end tokens that it signed are refused, and whoever is connected with one is disconnected.
      </Text>
      <KeySessions sid={sid} />
      <Select
        label="Keep the old secret"
        allowDeselect={false}
        data={OVERLAPS}
        value={overlap}
        onChange={(value) => setOverlap(value ?? '86400')}
        error={fieldError(rotate.error, 'OverlapSeconds')}
      />
    </FormModal>
  );
}
