import { NumberInput, Select, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { rest } from '../../api/rest.ts';
import { fieldError, useAction } from '../../api/use-action.ts';
import { Confirm } from '../../components/confirm.tsx';
import { FormModal } from '../../components/form-modal.tsx';

export interface ControlProps {
  /** Of the connection, in the API. */
  path: string;
  identity: string;
  onClose: () => void;
}

const DROPS = {
  cut: 'As a network that fails: the SDK notices, and comes back.',
  close: 'With a goodbye: the SDK comes back after it as well.',
  dismiss: 'Told to stay away: its app has to make a new client.',
};
type How = keyof typeof DROPS;

/** What is done to a connection of another node is done there; here it shows by itself. */
const CHANGES = ['connections'];

export function DropConnection({ path, identity, onClose }: ControlProps) {
  const [how, setHow] = useState<How>('cut');
  const [code, setCode] = useState<number | string>(1001);
  const [reason, setReason] = useState('');
  const drop = useAction({
    run: () =>
      rest(`${path}/Drop`, {
        form: { How: how, ...(how === 'close' && { Code: code, Reason: reason || undefined }) },
      }),
    done: () => `The connection of ${identity} is dropped.`,
    changes: CHANGES,
    onDone: onClose,
  });
  return (
    <FormModal
      title={`Drop ${identity}?`}
      action="Drop"
      isPending={drop.isPending}
      isDangerous
      onSubmit={() => drop.mutate(undefined)}
      onClose={onClose}
    >
      <Select
        label="How"
        allowDeselect={false}
        data={[
          { value: 'cut', label: 'Cut' },
          { value: 'close', label: 'Close' },
          { value: 'dismiss', label: 'Dismiss' },
        ]}
        value={how}
        onChange={(value) => setHow(value === 'close' || value === 'dismiss' ? value : 'cut')}
        error={fieldError(drop.error, 'How')}
      />
      <Text size="sm">{DROPS[how]}</Text>
      {how === 'close' && (
        <>
          <NumberInput
            label="Code"
            min={1000}
            max={4999}
            value={code}
            onChange={setCode}
            error={fieldError(drop.error, 'Code')}
          />
          <TextInput
            label="Reason"
            value={reason}
            onChange={(event) => setReason(event.currentTarget.value)}
            error={fieldError(drop.error, 'Reason')}
          />
        </>
      )}
    </FormModal>
  );
}

export function SlowConnection({ path, identity, onClose }: ControlProps) {
  const [delay, setDelay] = useState<number | string>('');
  const [speed, setSpeed] = useState<number | string>('');
  const slow = useAction({
    run: () =>
      rest(`${path}/Shape`, {
        form: { DelayMs: delay === '' ? undefined : delay, BytesPerSecond: speed === '' ? undefined : speed },
      }),
    done: () => `The connection of ${identity} is slowed.`,
    changes: CHANGES,
    onDone: onClose,
  });
  return (
    <FormModal
      title={`Slow ${identity} down`}
      action="Slow down"
      isPending={slow.isPending}
      onSubmit={() => slow.mutate(undefined)}
      onClose={onClose}
    >
      <Text size="sm">Each holds for both directions, until it is cleared. What is left empty does not slow.</Text>
      <NumberInput
        label="Delay in ms"
        min={0}
        value={delay}
        onChange={setDelay}
        error={fieldError(slow.error, 'DelayMs')}
        data-autofocus
      />
      <NumberInput
        label="Bytes per second"
        min={100}
        clampBehavior="none"
        value={speed}
        onChange={setSpeed}
        error={fieldError(slow.error, 'BytesPerSecond')}
      />
    </FormModal>
  );
}

export function ClearConnection({ path, identity, onClose }: ControlProps) {
  const clear = useAction({
    run: () => rest(`${path}/Clear`, { method: 'POST', form: {} }),
    done: () => `Nothing slows ${identity} any more.`,
    changes: CHANGES,
    onDone: onClose,
  });
  return (
    <Confirm
      title={`Let ${identity} go at full speed?`}
      text="What was held back goes at once, in order."
      action="Clear"
      isPending={clear.isPending}
      onConfirm={() => clear.mutate(undefined)}
      onClose={onClose}
    />
  );
}
