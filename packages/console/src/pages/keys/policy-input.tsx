import { TagsInput } from '@mantine/core';
import { fieldsOf } from '../../api/rest.ts';
import { useRecord } from '../../api/use-record.ts';

interface PolicyInputProps {
  value: string[];
  onChange: (value: string[]) => void;
  error: string | undefined;
}

/** What a Restricted key may do: permissions, as the API's description names them. */
export function PolicyInput({ value, onChange, error }: PolicyInputProps) {
  const { data } = useRecord('/openapi.json', 'openapi');
  return (
    <TagsInput
      label="Permissions"
      description="Such as /confab/conversations/list. A * in place of the action stands for all of them. None opens accounts, keys, auth tokens or the audit log."
      placeholder={value.length === 0 ? 'Nothing is allowed yet' : ''}
      data={permissionsOf(data)}
      value={value}
      onChange={onChange}
      error={error}
      splitChars={[',', ' ']}
      limit={50}
      clearable
      clearButtonProps={{ 'aria-label': 'Clear the permissions' }}
    />
  );
}

/** The policy of a key as the API takes it. */
export function policyText(allow: readonly string[]): string {
  return JSON.stringify({ allow });
}

function permissionsOf(description: unknown): string[] {
  const operations = Object.values(fieldsOf(fieldsOf(description).paths)).flatMap((path) =>
    Object.values(fieldsOf(path)),
  );
  const found = operations.map((operation) => fieldsOf(operation)['x-confab-permission']);
  return [...new Set(found.filter((one) => typeof one === 'string'))].sort();
}
