import { Button, Code, CopyButton, Group, Stack } from '@mantine/core';

/** Code to be taken elsewhere. `label` says which. */
export function CodeBlock({ code, label }: { code: string; label: string }) {
  return (
    <Stack gap="xs">
      <Code block tabIndex={0} aria-label={label}>
        {code}
      </Code>
      <Group>
        <CopyButton value={code}>
          {({ copied, copy }) => (
            <Button size="compact-sm" variant="default" onClick={copy} aria-label={`Copy ${label}`}>
              {copied ? 'Copied' : 'Copy'}
            </Button>
          )}
        </CopyButton>
      </Group>
    </Stack>
  );
}
