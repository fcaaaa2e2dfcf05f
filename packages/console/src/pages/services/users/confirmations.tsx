import { type Row, textOf } from '../../../api/pages.ts';
import { fieldsOf, rest } from '../../../api/rest.ts';
import { useAction } from '../../../api/use-action.ts';
import { Confirm } from '../../../components/confirm.tsx';

export function EndUserSessions({ user, onClose }: { user: Row; onClose: () => void }) {
  const end = useAction({
    run: async () =>
      fieldsOf(
        await rest('/confab/v1/Sessions/End', {
          form: { Identity: textOf(user.identity), ServiceSid: textOf(user.chat_service_sid) },
        }),
      ),
    done: ({ ended }) => (ended === 1 ? 'One connection was ended.' : `${textOf(ended)} connections were ended.`),
    changes: ['sessions', 'connections'],
    onDone: onClose,
  });
  return (
    <Confirm
      title={`End the connections of ${textOf(user.identity)}?`}
      text="Their clients do not connect again by themselves. Tokens that they have stay good: who is to stay out must get no new ones."
      action="End connections"
      isPending={end.isPending}
      onConfirm={() => end.mutate(undefined)}
      onClose={onClose}
    />
  );
}

export function DeleteUser({ path, user, onClose }: { path: string; user: Row; onClose: () => void }) {
  const remove = useAction({
    run: () => rest(`${path}/Users/${textOf(user.sid)}`, { method: 'DELETE' }),
    done: () => `${textOf(user.identity)} is deleted.`,
    changes: ['users'],
    onDone: onClose,
  });
  return (
    <Confirm
      title={`Delete ${textOf(user.identity)}?`}
      text="They leave all conversations, and their connections end. What they have written stays. This cannot be undone."
      action="Delete"
      isPending={remove.isPending}
      onConfirm={() => remove.mutate(undefined)}
      onClose={onClose}
    />
  );
}
