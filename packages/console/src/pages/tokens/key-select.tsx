import { Select } from '@mantine/core';
import { textOf, usePages } from '../../api/pages.ts';
import { useSession } from '../../session/session-gate.tsx';

interface KeySelectProps {
  value: string | undefined;
  onChange: (sid: string | undefined) => void;
  error: string | undefined;
}

/** Which key signs. Only Main credentials may see what keys there are; others leave it to the server. */
export function KeySelect(props: KeySelectProps) {
  return useSession().main ? <Known {...props} /> : null;
}

function Known({ value, onChange, error }: KeySelectProps) {
  const { rows } = usePages('/confab/v1/Keys', 'keys');
  return (
    <Select
      label="Signed with"
      placeholder="The account's first key"
      clearable
      clearButtonProps={{ 'aria-label': 'Leave it to the server' }}
      data={rows
        .filter(({ kind }) => kind !== 'restricted')
        .map(({ sid, friendly_name }) => ({ value: textOf(sid), label: textOf(friendly_name) || textOf(sid) }))}
      value={value ?? null}
      onChange={(sid) => onChange(sid ?? undefined)}
      error={error}
    />
  );
}
