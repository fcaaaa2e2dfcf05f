import type { ReactNode } from 'react';
import { Empty } from '../../components/empty.tsx';
import { PageFrame } from '../../components/page.tsx';
import { useSession } from '../../session/session-gate.tsx';

/** Says so to credentials that the API would refuse. */
export function MainOnly({ title, children }: { title: string; children: ReactNode }) {
  const { main } = useSession();
  if (main) return children;
  return (
    <PageFrame title={title}>
      <Empty
        title="This credential may not see connections"
        text="Sign in with the account's auth token, or with a Main key."
      />
    </PageFrame>
  );
}
