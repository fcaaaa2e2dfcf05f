import { Center, Loader, Tabs } from '@mantine/core';
import type { ReactNode } from 'react';
import { useParams } from 'wouter';
import { textOf } from '../../api/pages.ts';
import { useRecord } from '../../api/use-record.ts';
import { useUrlState } from '../../api/use-url-state.ts';
import { CopyValue } from '../../components/copy-value.tsx';
import { Fault } from '../../components/fault.tsx';
import { PageFrame } from '../../components/page.tsx';
import { useSession } from '../../session/session-gate.tsx';
import { Defaults } from './configuration/defaults.tsx';
import { Notifications } from './configuration/notifications.tsx';
import { Retention } from './configuration/retention.tsx';
import { Webhooks } from './configuration/webhooks.tsx';
import { Roles } from './roles/roles.tsx';
import { Users } from './users/users.tsx';

interface Part {
  value: string;
  label: string;
  show: (path: string) => ReactNode;
}

const PARTS: readonly Part[] = [
  { value: 'users', label: 'Users', show: (path) => <Users path={path} /> },
  { value: 'roles', label: 'Roles', show: (path) => <Roles path={path} /> },
  { value: 'defaults', label: 'Defaults', show: (path) => <Defaults path={path} /> },
  { value: 'notifications', label: 'Notifications', show: (path) => <Notifications path={path} /> },
  { value: 'webhooks', label: 'Webhooks', show: (path) => <Webhooks path={path} /> },
];
const RETENTION: Part = {
  value: 'retention',
  label: 'Retention',
  show: (path) => <Retention path={`/confab${path}`} />,
};

export function Page() {
  const sid = textOf(useParams().sid);
  const path = `/v1/Services/${encodeURIComponent(sid)}`;
  const { main } = useSession();
  const [tab, setTab] = useUrlState('tab');
  const { data, error, refetch } = useRecord(path, 'services');
  const parts = main ? [...PARTS, RETENTION] : PARTS;
  if (error !== null) return <Fault error={error} retry={() => void refetch()} />;
  if (data === undefined) {
    return (
      <Center h={160}>
        <Loader aria-label="Loading the chat service" />
      </Center>
    );
  }
  return (
    <PageFrame title={textOf(data.friendly_name) || sid} actions={<CopyValue value={sid} label="chat service SID" />}>
      <Tabs
        value={tab || 'users'}
        onChange={(next) => setTab(next === 'users' ? '' : (next ?? ''))}
        keepMounted={false}
      >
        <Tabs.List>
          {parts.map(({ value, label }) => (
            <Tabs.Tab key={value} value={value}>
              {label}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {parts.map(({ value, show }) => (
          <Tabs.Panel key={value} value={value} pt="md">
            {show(path)}
          </Tabs.Panel>
        ))}
      </Tabs>
    </PageFrame>
  );
}
