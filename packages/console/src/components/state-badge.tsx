import { Badge } from '@mantine/core';

/** A state in a word. Its color is a dot beside it: as the color of the word, some would be too light to read. */
export function StateBadge({ color, text, live = false }: { color: string; text: string; live?: boolean }) {
  return (
    <Badge color={color} variant="dot" tt="none" fw={500} role={live ? 'status' : undefined}>
      {text}
    </Badge>
  );
}
