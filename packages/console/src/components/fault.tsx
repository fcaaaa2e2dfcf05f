import { Alert, Button, Stack, Text } from '@mantine/core';
import { RestError } from '../api/rest.ts';

/** What went wrong with something that was to be shown, and how to try again. */
export function Fault({ error, retry }: { error: unknown; retry?: (() => void) | undefined }) {
  const code = error instanceof RestError && error.code !== undefined ? ` (${error.code})` : '';
  return (
    <Alert color="red" title="This could not be loaded" role="alert">
      <Stack align="start" gap="xs">
        <Text>{`${error instanceof Error ? error.message : String(error)}${code}`}</Text>
        {retry !== undefined && (
          <Button size="xs" variant="default" onClick={retry}>
            Try again
          </Button>
        )}
      </Stack>
    </Alert>
  );
}
