import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { type ReactNode, useState } from 'react';

export interface ConfirmProps {
  /** What is about to happen, as a question. */
  title: string;
  /** What is lost by it. */
  text: string;
  /** What the button says: the verb. */
  action: string;
  /** Has to be typed first: for what cannot be undone. */
  typed?: string | undefined;
  isPending?: boolean;
  /** More about what is lost. */
  children?: ReactNode;
  onConfirm: () => void;
  onClose: () => void;
}

/** Asks before something is lost. */
export function Confirm({ title, text, action, typed, isPending = false, children, onConfirm, onClose }: ConfirmProps) {
  const [given, setGiven] = useState('');
  return (
    <Modal opened onClose={onClose} title={title} centered closeButtonProps={{ 'aria-label': 'Close' }}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          onConfirm();
        }}
      >
        <Stack>
          <Text>{text}</Text>
          {children}
          {typed !== undefined && (
            <TextInput
              label={`Type ${typed} to go on`}
              value={given}
              onChange={(event) => setGiven(event.currentTarget.value)}
              autoComplete="off"
            />
          )}
          <Group justify="end">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" color="red" loading={isPending} disabled={typed !== undefined && given !== typed}>
              {action}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
