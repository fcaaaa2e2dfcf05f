import { Tabs } from '@mantine/core';
import { useState } from 'react';
import { useUrlState } from '../../api/use-url-state.ts';
import { PageFrame } from '../../components/page.tsx';
import { InspectToken } from './inspect-token.tsx';
import { MintToken } from './mint-token.tsx';

export function Page() {
  const [tab, setTab] = useUrlState('tab');
  // Not in the address: a token lets in whoever has it.
  const [token, setToken] = useState('');
  return (
    <PageFrame title="Access Tokens" about="What a client connects with: who it is, and which service it may use.">
      <Tabs value={tab || 'make'} onChange={(next) => setTab(next === 'inspect' ? next : '')} keepMounted={false}>
        <Tabs.List>
          <Tabs.Tab value="make">Make one</Tabs.Tab>
          <Tabs.Tab value="inspect">Inspect one</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="make" pt="md">
          <MintToken
            onInspect={(made) => {
              setToken(made);
              setTab('inspect');
            }}
          />
        </Tabs.Panel>
        <Tabs.Panel value="inspect" pt="md">
          <InspectToken token={token} onChange={setToken} />
        </Tabs.Panel>
      </Tabs>
    </PageFrame>
  );
}
