import { Button, Center, Group, Loader, Stack } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import type { Row } from '../api/pages.ts';
import { type Fields, rest } from '../api/rest.ts';
import { useAction } from '../api/use-action.ts';
import { useRecord } from '../api/use-record.ts';
import { Fault } from './fault.tsx';

export interface RecordFormProps {
  /** Where the resource is read, and changed. */
  path: string;
  /** First part of the query's key, and of those that its change makes stale. */
  record: string;
  /** What to tell when it is saved. */
  done: string;
  /** The form's fields from the resource. */
  read: (record: Row) => Fields;
  /** The inputs. `set` changes one field; `error` is what the last attempt to save was refused with. */
  children: (fields: Fields, set: (changes: Fields) => void, error: Error | null) => ReactNode;
}

/** A form for all of a resource: what is not saved yet stays when the resource is read again. */
export function RecordForm({ path, record, done, read, children }: RecordFormProps) {
  const { data, error, refetch } = useRecord(path, record);
  const [changes, setChanges] = useState<Fields>({});
  const save = useAction({
    run: () => rest(path, { form: changes }),
    done: () => done,
    changes: [record],
    onDone: () => setChanges({}),
  });
  if (error !== null) return <Fault error={error} retry={() => void refetch()} />;
  if (data === undefined) {
    return (
      <Center h={160}>
        <Loader aria-label="Loading" />
      </Center>
    );
  }
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate(undefined);
      }}
    >
      <Stack maw={720}>
        {children(
          { ...read(data), ...changes },
          (more) => setChanges((before) => ({ ...before, ...more })),
          save.error,
        )}
        <Group>
          <Button type="submit" loading={save.isPending} disabled={Object.keys(changes).length === 0}>
            Save
          </Button>
          <Button variant="default" onClick={() => setChanges({})} disabled={Object.keys(changes).length === 0}>
            Undo
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
