import { Alert, Button, Center, Divider, Paper, PasswordInput, Stack, Text, TextInput, Title } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { signIn, signInForDevelopment } from './session.ts';

export function SignInPage() {
  const [username, setUsername] = useState('');
  const [password, setPassword] = useState('');
  const withCredentials = useMutation({ mutationFn: () => signIn(username.trim(), password.trim()) });
  const forDevelopment = useMutation({ mutationFn: signInForDevelopment });
  const error = withCredentials.error ?? forDevelopment.error;
  return (
    <Center mih="100vh" p="md" component="main">
      <Paper withBorder p="xl" w="100%" maw={420}>
        <form
          onSubmit={(event) => {
            event.preventDefault();
            forDevelopment.reset();
            withCredentials.mutate();
          }}
        >
          <Stack>
            <Title order={1} size="h2">
              Confab console
            </Title>
            <Text c="dimmed" size="sm">
              Sign in with the account and its auth token, or with an API key and its secret. Confab printed them when
              it started for the first time.
            </Text>
            <TextInput
              label="Account SID or API key SID"
              placeholder="AC… or SK…"
              autoComplete="username"
              required
              value={username}
              onChange={(event) => setUsername(event.currentTarget.value)}
            />
            <PasswordInput
              label="Auth token or API key secret"
              autoComplete="current-password"
              required
              value={password}
              onChange={(event) => setPassword(event.currentTarget.value)}
            />
            {error !== null && (
              <Alert color="red" role="alert">
                {error.message === 'Authenticate' ? 'That is not a credential of this server.' : error.message}
              </Alert>
            )}
            <Button type="submit" loading={withCredentials.isPending}>
              Sign in
            </Button>
            <Divider label="or" />
            <Button
              variant="default"
              loading={forDevelopment.isPending}
              onClick={() => {
                withCredentials.reset();
                forDevelopment.mutate();
              }}
            >
              Sign in for development
            </Button>
            <Text c="dimmed" size="xs">
              Without credentials: where the server runs in development mode on this machine.
            </Text>
          </Stack>
        </form>
      </Paper>
    </Center>
  );
}
