import { Code, Paper, Stack, Tabs, Text, Title } from '@mantine/core';
import { useUrlState } from '../../api/use-url-state.ts';
import { CodeBlock } from '../../components/code-block.tsx';
import { clientSnippet, SNIPPETS, type SnippetValues } from './snippets.ts';

/** How a backend makes a token, and how a client connects with it, with the values of this very server. */
export function CodeSamples({ values }: { values: SnippetValues }) {
  const [language, setLanguage] = useUrlState('language');
  const socketUrl = `${location.origin.replace(/^http/, 'ws')}/v3/wsconnect`;
  return (
    <Paper withBorder p="md">
      <Stack>
        <Title order={2} size="h4">
          In your backend: make a token
        </Title>
        {values.apiSecret === undefined && (
          <Text c="dimmed">
            The secret comes from the environment: <Code>TWILIO_API_SECRET</Code>.
          </Text>
        )}
        <Tabs
          value={language || 'JavaScript'}
          onChange={(label) => setLanguage(label === 'JavaScript' ? '' : (label ?? ''))}
          keepMounted={false}
        >
          <Tabs.List>
            {SNIPPETS.map(({ label }) => (
              <Tabs.Tab key={label} value={label}>
                {label}
              </Tabs.Tab>
            ))}
          </Tabs.List>
          {SNIPPETS.map(({ label, install, code }) => (
            <Tabs.Panel key={label} value={label} pt="sm">
              <Stack gap="xs">
                <Code>{install}</Code>
                <CodeBlock code={code(values)} label={`${label} sample`} />
              </Stack>
            </Tabs.Panel>
          ))}
        </Tabs>
        <Title order={2} size="h4">
          In your app: connect
        </Title>
        <CodeBlock code={clientSnippet(socketUrl)} label="client sample" />
      </Stack>
    </Paper>
  );
}
