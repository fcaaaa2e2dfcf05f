import { Button, Group, MultiSelect, Stack, TextInput } from '@mantine/core';
import { useState } from 'react';
import { type Row, textOf, usePages } from '../../api/pages.ts';
import { fieldsOf, rest } from '../../api/rest.ts';
import { fieldError, useAction } from '../../api/use-action.ts';
import { Confirm } from '../../components/confirm.tsx';
import { Empty } from '../../components/empty.tsx';
import { FormModal } from '../../components/form-modal.tsx';
import { ListTable } from '../../components/list-table.tsx';
import { Time } from '../../components/time.tsx';
import { conversationPath } from './paths.ts';

const EVENTS = ['onMessage', 'onConversation', 'onParticipant'].flatMap((what) =>
  [
    what === 'onMessage' ? 'Added' : undefined,
    'Updated',
    'Removed',
    what === 'onConversation' ? 'StateUpdated' : undefined,
  ]
    .filter((how) => how !== undefined)
    .map((how) => `${what}${how}`),
);

/** Webhooks of this conversation alone. */
export function WebhooksTab({ service, sid }: { service: string; sid: string }) {
  const path = `${conversationPath(service, sid)}/Webhooks`;
  const pages = usePages(path, 'webhooks');
  const [isAdding, setAdding] = useState(false);
  const [removing, setRemoving] = useState<Row>();
  return (
    <Stack>
      <Group>
        <Button onClick={() => setAdding(true)}>Add webhook</Button>
      </Group>
      <ListTable
        label="Webhooks"
        pages={pages}
        height="calc(100vh - 320px)"
        rowKey={({ sid: its }) => textOf(its)}
        columns={[
          { title: 'Target', cell: ({ target }) => textOf(target) },
          { title: 'Where', cell: ({ configuration }) => whereOf(fieldsOf(configuration)), width: '35%' },
          { title: 'What', cell: ({ configuration }) => whatOf(fieldsOf(configuration)), width: '25%' },
          { title: 'Created', cell: ({ date_created }) => <Time value={textOf(date_created)} /> },
          {
            title: 'Actions',
            cell: (row) => (
              <Button size="compact-xs" variant="light" color="red" onClick={() => setRemoving(row)}>
                Remove
              </Button>
            ),
          },
        ]}
        empty={
          <Empty
            title="It has no webhook of its own"
            text="Those of the service are called for what happens here, too."
          />
        }
      />
      {isAdding && <AddWebhook path={path} onClose={() => setAdding(false)} />}
      {removing !== undefined && <RemoveWebhook path={path} row={removing} onClose={() => setRemoving(undefined)} />}
    </Stack>
  );
}

function whereOf({ url, flow_sid }: Row): string {
  return textOf(url) || textOf(flow_sid) || '–';
}

function whatOf({ filters, triggers }: Row): string {
  const list = Array.isArray(filters) ? filters : Array.isArray(triggers) ? triggers : [];
  return list.map(textOf).join(', ') || '–';
}

function AddWebhook({ path, onClose }: { path: string; onClose: () => void }) {
  const [url, setUrl] = useState('');
  const [filters, setFilters] = useState<string[]>(['onMessageAdded']);
  const add = useAction({
    run: () =>
      rest(path, {
        form: {
          Target: 'webhook',
          'Configuration.Url': url,
          'Configuration.Method': 'post',
          'Configuration.Filters': filters,
        },
      }),
    done: () => 'The webhook is added.',
    changes: ['webhooks'],
    onDone: onClose,
  });
  return (
    <FormModal
      title="Add a webhook"
      action="Add"
      isPending={add.isPending}
      onSubmit={() => add.mutate(undefined)}
      onClose={onClose}
    >
      <TextInput
        label="URL"
        type="url"
        placeholder="https://example.com/hook"
        required
        value={url}
        onChange={(event) => setUrl(event.currentTarget.value)}
        error={fieldError(add.error, 'Configuration.Url')}
        data-autofocus
      />
      <MultiSelect
        label="Events"
        data={EVENTS}
        value={filters}
        onChange={setFilters}
        error={fieldError(add.error, 'Configuration.Filters')}
      />
    </FormModal>
  );
}

function RemoveWebhook({ path, row, onClose }: { path: string; row: Row; onClose: () => void }) {
  const remove = useAction({
    run: () => rest(`${path}/${textOf(row.sid)}`, { method: 'DELETE' }),
    done: () => 'The webhook is removed.',
    changes: ['webhooks'],
    onDone: onClose,
  });
  return (
    <Confirm
      title="Remove the webhook?"
      text={`Nothing that happens here is sent to ${whereOf(fieldsOf(row.configuration))} any more.`}
      action="Remove"
      isPending={remove.isPending}
      onConfirm={() => remove.mutate(undefined)}
      onClose={onClose}
    />
  );
}
