import { Group, Stack, Text, Title } from '@mantine/core';
import { type ReactNode, useEffect } from 'react';

export interface PageProps {
  title: string;
  /** One sentence on what this is. */
  about?: string;
  /** What can be done here: buttons. */
  actions?: ReactNode;
  children: ReactNode;
}

/** The frame of every page. */
export function PageFrame({ title, about, actions, children }: PageProps) {
  useEffect(() => {
    document.title = `${title} · Confab`;
  }, [title]);
  return (
    <Stack component="section" aria-labelledby="page-title">
      <Group justify="space-between" align="start">
        <div>
          <Title order={1} size="h2" id="page-title">
            {title}
          </Title>
          {about !== undefined && <Text c="dimmed">{about}</Text>}
        </div>
        <Group>{actions}</Group>
      </Group>
      {children}
    </Stack>
  );
}
