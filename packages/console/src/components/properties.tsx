import { Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';

/** What something is, name by name. What is undefined is left out. */
export function Properties({ of }: { of: Readonly<Record<string, ReactNode>> }) {
  return (
    <Stack component="dl" gap="xs" m={0}>
      {Object.entries(of)
        .filter(([, value]) => value !== undefined)
        .map(([name, value]) => (
          <div key={name}>
            <Text component="dt" size="sm" c="dimmed">
              {name}
            </Text>
            <Text component="dd" m={0}>
              {value}
            </Text>
          </div>
        ))}
    </Stack>
  );
}
