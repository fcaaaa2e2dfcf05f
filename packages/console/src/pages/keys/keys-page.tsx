import { Badge, Button, Text } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { type Row, textOf, usePages } from '../../api/pages.ts';
import { CopyValue } from '../../components/copy-value.tsx';
import { Empty } from '../../components/empty.tsx';
import { ListTable } from '../../components/list-table.tsx';
import { MainOnly } from '../../components/main-only.tsx';
import { PageFrame } from '../../components/page.tsx';
import { RowMenu } from '../../components/row-menu.tsx';
import { Time } from '../../components/time.tsx';
import { CreateKey } from './create-key.tsx';
import { EditKey } from './edit-key.tsx';
import { RevokeKey } from './revoke-key.tsx';
import { RotateKey } from './rotate-key.tsx';

export function Page() {
  return (
    <MainOnly title="API keys">
      <Keys />
    </MainOnly>
  );
}

function Keys() {
  const pages = usePages('/confab/v1/Keys', 'keys');
  const [dialog, setDialog] = useState<ReactNode>();
  const close = () => setDialog(undefined);
  const create = <Button onClick={() => setDialog(<CreateKey onClose={close} />)}>Create API key</Button>;
  const actions = (key: Row) => [
    { label: 'Edit', onClick: () => setDialog(<EditKey apiKey={key} onClose={close} />) },
    { label: 'Rotate secret', onClick: () => setDialog(<RotateKey apiKey={key} onClose={close} />) },
    { label: 'Revoke', isLoss: true, onClick: () => setDialog(<RevokeKey apiKey={key} onClose={close} />) },
  ];
  return (
    <PageFrame title="API keys" about="They sign Access Tokens and call the REST API." actions={create}>
      <ListTable
        label="API keys"
        pages={pages}
        rowKey={({ sid }) => textOf(sid)}
        columns={[
          { title: 'Name', cell: ({ friendly_name }) => textOf(friendly_name) || '–', width: '20%' },
          { title: 'SID', cell: ({ sid }) => <CopyValue value={textOf(sid)} label="SID" />, width: '34%' },
          { title: 'Kind', cell: (key) => <Kind of={key} />, width: '16%' },
          {
            title: 'Last used',
            cell: ({ last_used_at }) => <Time value={textOf(last_used_at)} absent="Never" />,
          },
          {
            title: 'Actions',
            cell: (key) => <RowMenu of={textOf(key.friendly_name) || textOf(key.sid)} actions={actions(key)} />,
            width: '14%',
          },
        ]}
        empty={<Empty title="There is no API key" text="Backends sign Access Tokens with one. Create the first." />}
      />
      {dialog}
    </PageFrame>
  );
}

function Kind({ of: { kind, previous_secret_ends_at } }: { of: Row }) {
  return (
    <>
      <Badge variant="default">{textOf(kind)}</Badge>
      {typeof previous_secret_ends_at === 'string' && (
        <Text size="xs" c="dimmed">
          Old secret until <Time value={previous_secret_ends_at} />
        </Text>
      )}
    </>
  );
}
