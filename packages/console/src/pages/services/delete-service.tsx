import { type Row, textOf } from '../../api/pages.ts';
import { rest } from '../../api/rest.ts';
import { useAction } from '../../api/use-action.ts';
import { Confirm } from '../../components/confirm.tsx';

export function DeleteService({ service, onClose }: { service: Row; onClose: () => void }) {
  const sid = textOf(service.sid);
  const remove = useAction({
    run: () => rest(`/v1/Services/${sid}`, { method: 'DELETE' }),
    done: () => `${sid} is deleted.`,
    changes: ['services', 'configuration'],
    onDone: onClose,
  });
  return (
    <Confirm
      title={`Delete ${textOf(service.friendly_name) || sid}?`}
      text="All its conversations, messages, users and roles are deleted, and everybody who is connected to it is disconnected. This cannot be undone."
      action="Delete"
      typed={sid}
      isPending={remove.isPending}
      onConfirm={() => remove.mutate(undefined)}
      onClose={onClose}
    />
  );
}
