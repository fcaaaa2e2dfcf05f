import { Alert, Anchor, Button, Group, Paper, Stack, Text, TextInput, Title } from '@mantine/core';
import { Link } from 'wouter';
import { textOf } from '../../api/pages.ts';
import { fieldsOf, rest } from '../../api/rest.ts';
import { fieldError, useAction } from '../../api/use-action.ts';
import { CopyValue } from '../../components/copy-value.tsx';
import { mintToken } from '../tokens/use-mint.ts';

interface FirstConversationProps {
  serviceSid: string;
  identity: string;
  onIdentity: (identity: string) => void;
}

/** A token for somebody and a conversation that they are in: what it takes to see a first message. */
export function FirstConversation({ serviceSid, identity, onIdentity }: FirstConversationProps) {
  const begin = useAction({
    run: async (name: string) => {
      const { token } = await mintToken({ serviceSid, identity: name });
      const path = `/v1/Services/${serviceSid}/Conversations`;
      const { sid } = fieldsOf(await rest(path, { form: { FriendlyName: `First conversation of ${name}` } }));
      const conversationSid = textOf(sid);
      await rest(`${path}/${conversationSid}/Participants`, { form: { Identity: name } });
      await rest(`${path}/${conversationSid}/Messages`, { form: { Author: 'Confab', Body: `Welcome, ${name}!` } });
      return { token, conversationSid };
    },
    changes: ['conversations', 'users'],
  });
  return (
    <Paper withBorder p="md">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          begin.mutate(identity);
        }}
      >
        <Stack>
          <Title order={2} size="h4">
            A first conversation
          </Title>
          <Text>Somebody, a token to connect with, and a conversation with a message in it: one click.</Text>
          <Group align="end">
            <TextInput
              label="Identity"
              required
              maxLength={256}
              value={identity}
              onChange={(event) => onIdentity(event.currentTarget.value)}
              error={fieldError(begin.error, 'Identity')}
            />
            <Button type="submit" loading={begin.isPending} disabled={serviceSid === ''}>
              Begin
            </Button>
          </Group>
        </Stack>
      </form>
      {begin.data !== undefined && (
        <Alert color="green" mt="md" title={`${begin.variables} can connect`} role="status">
          <Stack gap="xs" align="start">
            <Text>The token, good for an hour:</Text>
            <CopyValue value={begin.data.token} label="token" />
            <Text>The conversation:</Text>
            <CopyValue value={begin.data.conversationSid} label="conversation SID" />
            <Anchor
              component={Link}
              href={`/tokens?identity=${encodeURIComponent(begin.variables ?? '')}`}
              underline="always"
              c="inherit"
            >
              More tokens for {begin.variables}
            </Anchor>
          </Stack>
        </Alert>
      )}
    </Paper>
  );
}
