import { Alert, Button, Group, Modal, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { CopyValue } from './copy-value.tsx';

export interface NewSecretProps {
  title: string;
  values: readonly { label: string; value: string }[];
  children?: ReactNode;
  onClose: () => void;
}

/** A secret that was just made. It closes on purpose only: it cannot be had again. */
export function NewSecret({ title, values, children, onClose }: NewSecretProps) {
  return (
    <Modal
      opened
      onClose={onClose}
      title={title}
      size="lg"
      withCloseButton={false}
      closeOnClickOutside={false}
      closeOnEscape={false}
    >
      <Stack>
        <Alert color="yellow" title="The secret is shown this once">
          Keep it where only your backend reads it. It cannot be shown again.
        </Alert>
        {values.map(({ label, value }) => (
          <div key={label}>
            <Text fw={600}>{label}</Text>
            <CopyValue value={value} label={label} />
          </div>
        ))}
        {children}
        <Group justify="end">
          <Button onClick={onClose}>I have stored it</Button>
        </Group>
      </Stack>
    </Modal>
  );
}
