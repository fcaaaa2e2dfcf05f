import { Center, Loader, Tabs } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense } from 'react';
import { useParams } from 'wouter';
import { textOf } from '../../api/pages.ts';
import { fieldsOf, rest } from '../../api/rest.ts';
import { useUrlState } from '../../api/use-url-state.ts';
import { Fault } from '../../components/fault.tsx';
import { PageFrame } from '../../components/page.tsx';
import { DetailsTab } from './details-tab.tsx';
import { MessagesTab } from './messages-tab.tsx';
import { ParticipantsTab } from './participants-tab.tsx';
import { useFreshConversation } from './use-fresh-conversation.ts';
import { WebhooksTab } from './webhooks-tab.tsx';

// With it comes the SDK, which is larger than all the rest.
const TalkTab = lazy(async () => ({ default: (await import('./talk/talk-tab.tsx')).TalkTab }));

/** One conversation, kept fresh by its events for as long as it is open. */
export function Page() {
  const { service = '', sid = '' } = useParams();
  const [tab, setTab] = useUrlState('tab');
  useFreshConversation(service, sid);
  const overview = useQuery({
    queryKey: ['conversations', 'one', service, sid],
    queryFn: async ({ signal }) =>
      fieldsOf(
        await rest(`/confab/v1/Services/${encodeURIComponent(service)}/Conversations/${encodeURIComponent(sid)}`, {
          signal,
        }),
      ),
  });
  if (overview.data === undefined) {
    return (
      <PageFrame title="Conversation">
        {overview.error === null ? (
          <Center h={160}>
            <Loader aria-label="Loading" />
          </Center>
        ) : (
          <Fault error={overview.error} retry={() => void overview.refetch()} />
        )}
      </PageFrame>
    );
  }
  const conversation = overview.data;
  const of = { service, sid: textOf(conversation.sid) };
  return (
    <PageFrame title={textOf(conversation.friendly_name) || textOf(conversation.unique_name) || of.sid}>
      <Tabs
        value={tab || 'messages'}
        onChange={(value) => setTab(value === 'messages' ? '' : (value ?? ''))}
        keepMounted={false}
      >
        <Tabs.List aria-label="Of the conversation">
          <Tabs.Tab value="messages">Messages</Tabs.Tab>
          <Tabs.Tab value="participants">Participants</Tabs.Tab>
          <Tabs.Tab value="talk">Talk</Tabs.Tab>
          <Tabs.Tab value="details">Details</Tabs.Tab>
          <Tabs.Tab value="webhooks">Webhooks</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="messages" pt="md">
          <MessagesTab {...of} />
        </Tabs.Panel>
        <Tabs.Panel value="participants" pt="md">
          <ParticipantsTab {...of} />
        </Tabs.Panel>
        <Tabs.Panel value="talk" pt="md">
          <Suspense fallback={<Loader aria-label="Loading" />}>
            <TalkTab {...of} />
          </Suspense>
        </Tabs.Panel>
        <Tabs.Panel value="details" pt="md">
          <DetailsTab {...of} conversation={conversation} />
        </Tabs.Panel>
        <Tabs.Panel value="webhooks" pt="md">
          <WebhooksTab {...of} />
        </Tabs.Panel>
      </Tabs>
    </PageFrame>
  );
}
