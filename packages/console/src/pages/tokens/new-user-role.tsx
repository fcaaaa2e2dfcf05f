import { Anchor, Text } from '@mantine/core';
import { Link } from 'wouter';
import { textOf } from '../../api/pages.ts';
import { useRecord } from '../../api/use-record.ts';

/** What a token does not say: the role of whoever connects with it. */
export function NewUserRole({ serviceSid }: { serviceSid: string }) {
  const service = `/v1/Services/${serviceSid}`;
  const { data: configuration } = useRecord(`${service}/Configuration`, 'services', { enabled: serviceSid !== '' });
  const roleSid = textOf(configuration?.default_chat_service_role_sid);
  const { data: role } = useRecord(`${service}/Roles/${roleSid}`, 'roles', { enabled: roleSid !== '' });
  if (role === undefined) return null;
  return (
    <Text size="sm" c="dimmed">
      Who is new to the service gets its default role,{' '}
      <Anchor component={Link} href={`/services/${serviceSid}?tab=roles`} inherit underline="always">
        {textOf(role.friendly_name)}
      </Anchor>
      ; who is known keeps theirs.
    </Text>
  );
}
