import { Title } from '@mantine/core';
import { MainOnly } from '../../components/main-only.tsx';
import { PageFrame } from '../../components/page.tsx';
import { AuthToken } from './auth-token.tsx';
import { Subaccounts } from './subaccounts.tsx';

export function Page() {
  return (
    <MainOnly title="Account">
      <PageFrame title="Account" about="Its auth token, and the accounts that belong to it.">
        <AuthToken />
        <Title order={2} size="h4">
          Subaccounts
        </Title>
        <Subaccounts />
      </PageFrame>
    </MainOnly>
  );
}
