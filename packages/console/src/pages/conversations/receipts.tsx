import { Modal } from '@mantine/core';
import { type Row, textOf, usePages } from '../../api/pages.ts';
import { Empty } from '../../components/empty.tsx';
import { ListTable } from '../../components/list-table.tsx';
import { Time } from '../../components/time.tsx';

/** What became of a message with each who takes part. */
export function Receipts({ path, message, onClose }: { path: string; message: Row; onClose: () => void }) {
  const pages = usePages(`${path}/Receipts`, 'delivery_receipts');
  return (
    <Modal
      opened
      onClose={onClose}
      size="xl"
      title={`Receipts of message ${textOf(message.index)}`}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <ListTable
        label="Receipts"
        pages={pages}
        height={400}
        rowKey={({ sid }) => textOf(sid)}
        columns={[
          { title: 'Participant', cell: ({ participant_sid }) => textOf(participant_sid), width: '45%' },
          { title: 'Status', cell: ({ status }) => textOf(status) },
          { title: 'Error', cell: ({ error_code }) => (error_code === 0 ? '–' : textOf(error_code)) },
          { title: 'When', cell: ({ date_updated }) => <Time value={textOf(date_updated)} /> },
        ]}
        empty={
          <Empty title="There are no receipts" text="They tell of deliveries to participants who are not its author." />
        }
      />
    </Modal>
  );
}
