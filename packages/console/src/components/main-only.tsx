import type { ReactNode } from 'react';
import { useSession } from '../session/session-gate.tsx';
import { Empty } from './empty.tsx';
import { PageFrame } from './page.tsx';

/** For pages of accounts and keys: says who may see them, where the credential that is signed in may not. */
export function MainOnly({ title, children }: { title: string; children: ReactNode }) {
  if (useSession().main) return children;
  return (
    <PageFrame title={title}>
      <Empty
        title="This credential may not see that"
        text="Sign in with the account's auth token, or with a Main key."
      />
    </PageFrame>
  );
}
