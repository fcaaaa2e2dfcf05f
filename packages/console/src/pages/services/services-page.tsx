import { Anchor, Badge, Button, TextInput } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { Link } from 'wouter';
import { type Row, textOf, usePages } from '../../api/pages.ts';
import { rest } from '../../api/rest.ts';
import { fieldError, useAction } from '../../api/use-action.ts';
import { CopyValue } from '../../components/copy-value.tsx';
import { Empty } from '../../components/empty.tsx';
import { FormModal } from '../../components/form-modal.tsx';
import { ListTable } from '../../components/list-table.tsx';
import { PageFrame } from '../../components/page.tsx';
import { RowMenu } from '../../components/row-menu.tsx';
import { Time } from '../../components/time.tsx';
import { useDefaultService } from '../tokens/service-select.tsx';
import { DeleteService } from './delete-service.tsx';

export function Page() {
  const pages = usePages('/v1/Services', 'services');
  const standard = useDefaultService();
  const [dialog, setDialog] = useState<ReactNode>();
  const close = () => setDialog(undefined);
  const makeDefault = useAction({
    run: (sid: string) => rest('/v1/Configuration', { form: { DefaultChatServiceSid: sid } }),
    done: () => 'The default service is another one now.',
    changes: ['configuration'],
  });
  const actions = (service: Row) => [
    { label: 'Make it the default', onClick: () => makeDefault.mutate(textOf(service.sid)) },
    { label: 'Delete', isLoss: true, onClick: () => setDialog(<DeleteService service={service} onClose={close} />) },
  ];
  return (
    <PageFrame
      title="Chat services"
      about="Each has conversations, users and roles of its own. Paths that name no service mean the default one."
      actions={<Button onClick={() => setDialog(<CreateService onClose={close} />)}>Create chat service</Button>}
    >
      <ListTable
        label="Chat services"
        pages={pages}
        rowKey={({ sid }) => textOf(sid)}
        columns={[
          {
            title: 'Name',
            cell: ({ sid, friendly_name }) => (
              <>
                <Anchor component={Link} href={`/services/${textOf(sid)}`} underline="always">
                  {textOf(friendly_name) || textOf(sid)}
                </Anchor>{' '}
                {sid === standard.sid && <Badge variant="default">Default</Badge>}
              </>
            ),
            width: '30%',
          },
          { title: 'SID', cell: ({ sid }) => <CopyValue value={textOf(sid)} label="SID" />, width: '36%' },
          { title: 'Created', cell: ({ date_created }) => <Time value={textOf(date_created)} /> },
          {
            title: 'Actions',
            cell: (service) => (
              <RowMenu of={textOf(service.friendly_name) || textOf(service.sid)} actions={actions(service)} />
            ),
            width: '14%',
          },
        ]}
        empty={<Empty title="There is no chat service" text="Conversations live in one. Create the first." />}
      />
      {dialog}
    </PageFrame>
  );
}

function CreateService({ onClose }: { onClose: () => void }) {
  const [name, setName] = useState('');
  const create = useAction({
    run: () => rest('/v1/Services', { form: { FriendlyName: name } }),
    done: () => 'The chat service is made.',
    changes: ['services'],
    onDone: onClose,
  });
  return (
    <FormModal
      title="Create a chat service"
      action="Create"
      isPending={create.isPending}
      onSubmit={() => create.mutate(undefined)}
      onClose={onClose}
    >
      <TextInput
        label="Name"
        required
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        error={fieldError(create.error, 'FriendlyName')}
        data-autofocus
      />
    </FormModal>
  );
}
