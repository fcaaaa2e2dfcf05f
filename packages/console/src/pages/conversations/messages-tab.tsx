import { Button, Group, Loader, Paper, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { textOf, usePages } from '../../api/pages.ts';
import { fieldsOf, rest } from '../../api/rest.ts';
import { fieldError, useAction } from '../../api/use-action.ts';
import { useUrlState } from '../../api/use-url-state.ts';
import { Empty } from '../../components/empty.tsx';
import { Fault } from '../../components/fault.tsx';
import { MessageCard } from './message-card.tsx';
import { conversationPath } from './paths.ts';

/** The messages, the newest first, and the one that the address names above them. */
export function MessagesTab({ service, sid }: { service: string; sid: string }) {
  const path = `${conversationPath(service, sid)}/Messages`;
  const { rows, query } = usePages(path, 'messages', { Order: 'desc', PageSize: '50' });
  const [linked, setLinked] = useUrlState('message');
  return (
    <Stack>
      <SendMessage path={path} />
      {linked !== '' && <LinkedMessage path={path} service={service} sid={linked} onClose={() => setLinked('')} />}
      {query.isPending && <Loader aria-label="Loading messages" />}
      {query.error !== null && <Fault error={query.error} retry={() => void query.refetch()} />}
      {!query.isPending && query.error === null && rows.length === 0 && (
        <Empty title="Nobody has said anything yet" text="Send the first message here, or under Talk." />
      )}
      <Stack component="ol" gap="xs" p={0} m={0} aria-label="Messages" style={{ listStyle: 'none' }}>
        {rows.map((message) => (
          <li key={textOf(message.sid)}>
            <MessageCard message={message} path={path} service={service} onLink={setLinked} />
          </li>
        ))}
      </Stack>
      {query.hasNextPage && (
        <Group justify="center">
          <Button variant="default" loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
            Older messages
          </Button>
        </Group>
      )}
    </Stack>
  );
}

interface LinkedMessageProps {
  path: string;
  service: string;
  sid: string;
  onClose: () => void;
}

function LinkedMessage({ path, service, sid, onClose }: LinkedMessageProps) {
  const found = useQuery({
    queryKey: ['messages', path, sid],
    queryFn: async ({ signal }) => fieldsOf(await rest(`${path}/${encodeURIComponent(sid)}`, { signal })),
  });
  return (
    <Paper withBorder p="sm" component="section" aria-label="The message of the link">
      <Group justify="space-between" mb="xs">
        <Text fw={600}>The message of the link</Text>
        <Button size="compact-xs" variant="default" onClick={onClose}>
          Show all only
        </Button>
      </Group>
      {found.error !== null && <Fault error={found.error} retry={() => void found.refetch()} />}
      {found.data !== undefined && <MessageCard message={found.data} path={path} service={service} />}
    </Paper>
  );
}

function SendMessage({ path }: { path: string }) {
  const [author, setAuthor] = useState('');
  const [body, setBody] = useState('');
  const send = useAction({
    run: () => rest(path, { form: { Author: author || undefined, Body: body }, webhooks: true }),
    changes: ['messages', 'conversations'],
    onDone: () => setBody(''),
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        send.mutate(undefined);
      }}
    >
      <Group align="end">
        <TextInput
          label="Author"
          placeholder="system"
          value={author}
          onChange={(event) => setAuthor(event.currentTarget.value)}
          error={fieldError(send.error, 'Author')}
          w={160}
        />
        <Textarea
          label="Message"
          autosize
          minRows={1}
          maxRows={6}
          value={body}
          onChange={(event) => setBody(event.currentTarget.value)}
          error={fieldError(send.error, 'Body')}
          flex={1}
          miw={180}
        />
        <Button type="submit" loading={send.isPending} disabled={body.trim() === ''}>
          Send
        </Button>
      </Group>
    </form>
  );
}
