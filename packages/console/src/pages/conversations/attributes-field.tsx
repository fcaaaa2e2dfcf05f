import { Textarea } from '@mantine/core';
import { fieldError } from '../../api/use-action.ts';

export interface AttributesFieldProps {
  value: string;
  onChange: (value: string) => void;
  /** What the API has said of the form. */
  error: Error | null;
}

/** A field for attributes, which says where they are no JSON. */
export function AttributesField({ value, onChange, error }: AttributesFieldProps) {
  return (
    <Textarea
      label="Attributes"
      description="JSON"
      autosize
      minRows={3}
      maxRows={14}
      spellCheck={false}
      styles={{ input: { fontFamily: 'monospace' } }}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
      error={isJson(value) ? fieldError(error, 'Attributes') : 'This is not JSON'}
    />
  );
}

export function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
