import { Text } from '@mantine/core';

const LOCAL = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });

/** A time in the reader's zone; the exact value shows on hover. `value` is ISO 8601, RFC 2822, or absent. */
export function Time({ value, absent = '–' }: { value: string | null | undefined; absent?: string }) {
  const date = value === null || value === undefined ? undefined : new Date(value);
  if (date === undefined || Number.isNaN(date.getTime()))
    return (
      <Text span inherit>
        {absent}
      </Text>
    );
  return (
    <time dateTime={date.toISOString()} title={date.toISOString()}>
      {LOCAL.format(date)}
    </time>
  );
}
