import { type Row, textOf } from '../../../api/pages.ts';
import { rest } from '../../../api/rest.ts';
import { useAction } from '../../../api/use-action.ts';
import { Confirm } from '../../../components/confirm.tsx';

export function DeleteRole({ path, role, onClose }: { path: string; role: Row; onClose: () => void }) {
  const remove = useAction({
    run: () => rest(`${path}/Roles/${textOf(role.sid)}`, { method: 'DELETE' }),
    done: () => `${textOf(role.friendly_name)} is deleted.`,
    changes: ['roles'],
    onDone: onClose,
  });
  return (
    <Confirm
      title={`Delete the role ${textOf(role.friendly_name)}?`}
      text="It can be deleted while nobody has it, and while it is no default of the service."
      action="Delete"
      isPending={remove.isPending}
      onConfirm={() => remove.mutate(undefined)}
      onClose={onClose}
    />
  );
}
