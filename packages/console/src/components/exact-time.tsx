import { Text } from '@mantine/core';

const CLOCK = new Intl.DateTimeFormat(undefined, {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  fractionalSecondDigits: 3,
});

/** A time of day to the millisecond, where one wants to see what came before what; the whole of it shows on hover. */
export function ExactTime({ value }: { value: string }) {
  const date = new Date(value);
  if (Number.isNaN(date.getTime())) return <Text span>–</Text>;
  return (
    <time dateTime={date.toISOString()} title={date.toISOString()}>
      {CLOCK.format(date)}
    </time>
  );
}
