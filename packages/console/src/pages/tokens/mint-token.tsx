import { Alert, Button, Group, Select, Stack, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { fieldError } from '../../api/use-action.ts';
import { useUrlState } from '../../api/use-url-state.ts';
import { CopyValue } from '../../components/copy-value.tsx';
import { Fault } from '../../components/fault.tsx';
import { KeySelect } from './key-select.tsx';
import { NewUserRole } from './new-user-role.tsx';
import { ServiceSelect, useDefaultService } from './service-select.tsx';
import { useMint } from './use-mint.ts';

const LIVES = [
  { value: '300', label: '5 minutes' },
  { value: '3600', label: '1 hour' },
  { value: '14400', label: '4 hours' },
  { value: '86400', label: '24 hours, the most there is' },
];

/** A token for trying something out: an app's own come from its backend, which knows who has signed in. */
export function MintToken({ onInspect }: { onInspect: (token: string) => void }) {
  const [identity, setIdentity] = useUrlState('identity');
  const [chosen, setChosen] = useUrlState('service');
  const standard = useDefaultService();
  const serviceSid = chosen || standard.sid;
  const [ttl, setTtl] = useState('3600');
  const [apiKeySid, setApiKeySid] = useState<string>();
  const mint = useMint();
  if (standard.error !== null) return <Fault error={standard.error} />;
  return (
    <Stack maw={720}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          mint.mutate({ serviceSid, identity, ttl, apiKeySid });
        }}
      >
        <Stack>
          <TextInput
            label="Identity"
            description="Who the client is to be. It is taken as it is: Ada and ada are two users."
            required
            maxLength={256}
            value={identity}
            onChange={(event) => setIdentity(event.currentTarget.value)}
            error={fieldError(mint.error, 'Identity')}
          />
          <ServiceSelect value={serviceSid} onChange={setChosen} />
          <Select
            label="Time to live"
            allowDeselect={false}
            data={LIVES}
            value={ttl}
            onChange={(value) => setTtl(value ?? '3600')}
            error={fieldError(mint.error, 'Ttl')}
          />
          <KeySelect value={apiKeySid} onChange={setApiKeySid} error={fieldError(mint.error, 'ApiKeySid')} />
          <NewUserRole serviceSid={serviceSid} />
          <Group>
            <Button type="submit" loading={mint.isPending} disabled={serviceSid === ''}>
              Make token
            </Button>
          </Group>
        </Stack>
      </form>
      {mint.data !== undefined && (
        <Alert color="green" title={`A token for ${mint.variables?.identity}`} role="status">
          <Stack align="start" gap="xs">
            <CopyValue value={mint.data.token} label="token" />
            <Text size="sm">Whoever has it is that user until it expires.</Text>
            <Button size="xs" variant="default" onClick={() => onInspect(mint.data.token)}>
              Inspect it
            </Button>
          </Stack>
        </Alert>
      )}
    </Stack>
  );
}
