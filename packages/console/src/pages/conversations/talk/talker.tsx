import { Badge, Button, Group, Paper, ScrollArea, Stack, Text, TextInput } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import { Fault } from '../../../components/fault.tsx';
import { useNotices } from '../../../components/notices.tsx';
import { type Talk, useTalk } from './use-talk.ts';

export interface TalkerProps {
  label: string;
  service: string;
  sid: string;
  /** Empty: nobody yet. */
  identity: string;
  onIdentity: (identity: string) => void;
}

/** One person's side of the conversation. */
export function Talker({ label, service, sid, identity, onIdentity }: TalkerProps) {
  const [typed, setTyped] = useState(identity);
  const talk = useTalk(service, sid, identity === '' ? undefined : identity);
  return (
    <Paper withBorder p="sm" component="section" aria-label={identity === '' ? label : `${label}: ${identity}`}>
      <Stack gap="sm">
        <form
          onSubmit={(event) => {
            event.preventDefault();
            onIdentity(typed.trim());
          }}
        >
          <Group align="end">
            <TextInput
              label={label}
              placeholder="alice"
              value={typed}
              onChange={(event) => setTyped(event.currentTarget.value)}
              autoComplete="off"
              flex={1}
              miw={140}
            />
            {identity === '' ? (
              <Button type="submit" disabled={typed.trim() === ''}>
                Connect
              </Button>
            ) : (
              <Button variant="default" onClick={() => onIdentity('')}>
                Disconnect
              </Button>
            )}
          </Group>
        </form>
        {talk.error !== undefined && <Fault error={talk.error} />}
        {identity !== '' && talk.error === undefined && <Room talk={talk} identity={identity} />}
      </Stack>
    </Paper>
  );
}

function Room({ talk, identity }: { talk: Talk; identity: string }) {
  const { connection, conversation, messages, typing } = talk;
  const [text, setText] = useState('');
  const end = useRef<HTMLDivElement>(null);
  const { failed } = useNotices();
  const newest = messages.at(-1)?.index;
  useEffect(() => {
    if (newest !== undefined) end.current?.scrollIntoView({ block: 'nearest' });
  }, [newest]);
  return (
    <>
      <Group>
        <Badge variant="default">{connection ?? 'connecting'}</Badge>
      </Group>
      <ScrollArea h={300} type="auto" viewportProps={{ tabIndex: 0, 'aria-label': `Messages that ${identity} sees` }}>
        <Stack component="ol" gap="xs" p={0} m={0} style={{ listStyle: 'none' }}>
          {messages.map((message) => (
            <li key={message.sid}>
              <Text size="xs" c="dimmed">
                {message.author}
              </Text>
              <Text style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
                {message.body ?? `${message.attachedMedia?.length ?? 0} files`}
              </Text>
            </li>
          ))}
        </Stack>
        <div ref={end} />
      </ScrollArea>
      <Text size="sm" c="dimmed" mih={20} role="status">
        {typing.length === 0 ? '' : `${typing.join(', ')} ${typing.length === 1 ? 'is' : 'are'} typing…`}
      </Text>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          conversation?.sendMessage(text).then(() => setText(''), failed);
        }}
      >
        <Group align="end">
          <TextInput
            label={`Say as ${identity}`}
            value={text}
            disabled={conversation === undefined}
            onChange={(event) => {
              setText(event.currentTarget.value);
              conversation?.typing().catch(failed);
            }}
            autoComplete="off"
            flex={1}
            miw={140}
          />
          <Button type="submit" disabled={conversation === undefined || text.trim() === ''}>
            Send
          </Button>
        </Group>
      </form>
    </>
  );
}
