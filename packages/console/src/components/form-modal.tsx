import { Button, Group, Modal, Stack } from '@mantine/core';
import type { ReactNode } from 'react';

export interface FormModalProps {
  title: string;
  /** What the button says: the verb. */
  action: string;
  isPending: boolean;
  /** False while what is filled in cannot be sent. */
  isReady?: boolean;
  /** Something is lost by it. */
  isDangerous?: boolean;
  onSubmit: () => void;
  onClose: () => void;
  children: ReactNode;
  size?: 'md' | 'lg' | 'xl';
}

/** A form over the page: fields, and one button that sends them. */
export function FormModal({
  title,
  action,
  isPending,
  isReady = true,
  isDangerous = false,
  onSubmit,
  onClose,
  children,
  size = 'md',
}: FormModalProps) {
  return (
    <Modal opened onClose={onClose} title={title} size={size} closeButtonProps={{ 'aria-label': 'Close' }}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          onSubmit();
        }}
      >
        <Stack>
          {children}
          <Group justify="end">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={isPending} disabled={!isReady} {...(isDangerous && { color: 'red' })}>
              {action}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
