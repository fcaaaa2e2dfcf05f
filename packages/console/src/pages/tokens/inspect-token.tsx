import type { Inspection } from '@confab/access-token/inspect';
import { inspectToken } from '@confab/access-token/inspect';
import { PasswordInput, Stack, Text, Textarea } from '@mantine/core';
import { useInterval } from '@mantine/hooks';
import { useEffect, useState } from 'react';
import { Verdict } from './verdict.tsx';

/** Looks into a token here, in the page: neither it nor the secret is sent anywhere. */
export function InspectToken({ token, onChange }: { token: string; onChange: (token: string) => void }) {
  const [secret, setSecret] = useState('');
  const inspection = useInspection(token, secret);
  return (
    <Stack maw={900}>
      <Textarea
        label="Token"
        description="It stays in this page and is sent nowhere."
        placeholder="eyJ…"
        autosize
        minRows={3}
        maxRows={10}
        spellCheck={false}
        autoComplete="off"
        value={token}
        onChange={(event) => onChange(event.currentTarget.value)}
      />
      <PasswordInput
        label="Secret of the API key"
        description="To check the signature; not needed otherwise. It stays in this page, too."
        autoComplete="off"
        value={secret}
        onChange={(event) => setSecret(event.currentTarget.value)}
        visibilityToggleButtonProps={{ 'aria-label': 'Show the secret' }}
      />
      {inspection === undefined ? (
        <Text c="dimmed">Paste a token to see what it says, how long it is good, and what is wrong with it.</Text>
      ) : (
        <Verdict of={inspection} />
      )}
    </Stack>
  );
}

/** Looked at again each second: its time passes. */
function useInspection(token: string, secret: string): Inspection | undefined {
  const [inspection, setInspection] = useState<Inspection>();
  const [now, setNow] = useState(Date.now);
  useInterval(() => setNow(Date.now()), 1000, { autoInvoke: true });
  useEffect(() => {
    let isCurrent = true;
    if (token.trim() === '') setInspection(undefined);
    else
      void inspectToken(token, { now, ...(secret !== '' && { secret }) }).then((found) => {
        if (isCurrent) setInspection(found);
      });
    return () => {
      isCurrent = false;
    };
  }, [token, secret, now]);
  return inspection;
}
