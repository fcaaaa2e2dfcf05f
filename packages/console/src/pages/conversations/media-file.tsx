import { Anchor, Group, Image, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type Row, textOf } from '../../api/pages.ts';
import { fieldsOf, rest } from '../../api/rest.ts';
import { Fault } from '../../components/fault.tsx';

/** Pictures that no browser runs anything of. */
const SHOWN = new Set(['image/png', 'image/jpeg', 'image/gif', 'image/webp']);

/** A file of a message: a picture shows, everything else can be downloaded. */
export function MediaFile({ file, service }: { file: Row; service: string }) {
  const sid = textOf(file.sid);
  const record = useQuery({
    queryKey: ['media', service, sid],
    queryFn: async ({ signal }) =>
      fieldsOf(await rest(`/v1/Services/${encodeURIComponent(service)}/Media/${encodeURIComponent(sid)}`, { signal })),
    // The address of the content is good for a while.
    staleTime: 60_000,
  });
  if (record.error !== null) return <Fault error={record.error} retry={() => void record.refetch()} />;
  const address = ownPath(textOf(fieldsOf(record.data?.links).content_direct_temporary));
  const name = textOf(file.filename) || sid;
  const type = textOf(file.content_type);
  return (
    <Group gap="xs" mt="xs" align="end">
      {address !== undefined && SHOWN.has(type) && <Image src={address} alt={name} mah={240} maw={320} fit="contain" />}
      {address === undefined ? (
        <Text size="sm">{name}</Text>
      ) : (
        <Anchor href={address} download={name} size="sm">
          {name}
        </Anchor>
      )}
      <Text size="sm" c="dimmed">
        {`${type}, ${textOf(file.size)} bytes`}
      </Text>
    </Group>
  );
}

/** A path of this server, whatever it takes itself to be called. */
function ownPath(url: string): string | undefined {
  if (!URL.canParse(url)) return undefined;
  const { protocol, pathname, search } = new URL(url);
  return protocol === 'http:' || protocol === 'https:' ? pathname + search : undefined;
}
