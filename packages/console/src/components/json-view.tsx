import { Code, ScrollArea } from '@mantine/core';

/** Data as it came, laid out. It is text and nothing else. */
export function JsonView({ value, label }: { value: unknown; label: string }) {
  return (
    <ScrollArea.Autosize mah={420} type="auto" viewportProps={{ tabIndex: 0, 'aria-label': label }}>
      <Code block>{typeof value === 'string' ? value : JSON.stringify(value, undefined, 2)}</Code>
    </ScrollArea.Autosize>
  );
}
