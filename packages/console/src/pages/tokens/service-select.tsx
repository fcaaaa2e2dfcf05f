import { Select } from '@mantine/core';
import { textOf, usePages } from '../../api/pages.ts';
import { useRecord } from '../../api/use-record.ts';

/** The account's default chat service; empty until it is known. */
export function useDefaultService(): { sid: string; error: Error | null } {
  const { data, error } = useRecord('/v1/Configuration', 'configuration');
  return { sid: textOf(data?.default_chat_service_sid), error };
}

interface ServiceSelectProps {
  value: string;
  onChange: (sid: string) => void;
}

export function ServiceSelect({ value, onChange }: ServiceSelectProps) {
  const { rows } = usePages('/v1/Services', 'services');
  return (
    <Select
      label="Chat service"
      allowDeselect={false}
      searchable
      data={rows.map(({ sid, friendly_name }) => ({ value: textOf(sid), label: textOf(friendly_name) || textOf(sid) }))}
      value={value === '' ? null : value}
      onChange={(sid) => onChange(sid ?? '')}
    />
  );
}
