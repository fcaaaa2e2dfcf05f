import { type Row, textOf } from '../../api/pages.ts';
import { rest } from '../../api/rest.ts';
import { useAction } from '../../api/use-action.ts';
import { Confirm } from '../../components/confirm.tsx';
import { KeySessions } from './key-sessions.tsx';

export function RevokeKey({ apiKey, onClose }: { apiKey: Row; onClose: () => void }) {
  const sid = textOf(apiKey.sid);
  const revoke = useAction({
    run: () => rest(`/v1/Keys/${sid}`, { method: 'DELETE' }),
    done: () => `${sid} is revoked.`,
    changes: ['keys'],
    onDone: onClose,
  });
  return (
    <Confirm
      title={`Revoke ${textOf(apiKey.friendly_name) || sid}?`}
      text="Its requests are refused from now on, and everybody who is connected with a token that it signed is disconnected. This cannot be undone."
      action="Revoke"
      isPending={revoke.isPending}
      onConfirm={() => revoke.mutate(undefined)}
      onClose={onClose}
    >
      <KeySessions sid={sid} />
    </Confirm>
  );
}
