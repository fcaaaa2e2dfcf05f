import { Button, Group, Text } from '@mantine/core';
import type { LiveEvents } from '../api/use-events.ts';
import { StateBadge } from './state-badge.tsx';

const STATES = {
  off: ['gray', 'Off'],
  connecting: ['yellow', 'Connecting'],
  open: ['green', 'Live'],
  waiting: ['yellow', 'Connection lost, trying again'],
  paused: ['gray', 'Paused'],
} as const;

/** What a live list is doing; stops it, and lets it go on. */
export function LiveControls({ events }: { events: LiveEvents }) {
  const [color, text] = STATES[events.state];
  return (
    <Group gap="xs">
      <StateBadge color={color} text={text} live />
      {events.held > 0 && <Text size="sm">{`${events.held} more`}</Text>}
      <Button size="compact-sm" variant="default" onClick={() => events.setPaused(events.state !== 'paused')}>
        {events.state === 'paused' ? 'Go on' : 'Pause'}
      </Button>
      <Button size="compact-sm" variant="default" onClick={events.clear} disabled={events.rows.length === 0}>
        Clear list
      </Button>
    </Group>
  );
}
