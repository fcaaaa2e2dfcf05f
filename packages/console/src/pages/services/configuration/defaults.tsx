import { Select, Switch } from '@mantine/core';
import { textOf } from '../../../api/pages.ts';
import { fieldError } from '../../../api/use-action.ts';
import { RecordForm } from '../../../components/record-form.tsx';
import { roleChoices, useRoles } from '../roles/use-roles.ts';

const ROLES = [
  {
    field: 'DefaultChatServiceRoleSid',
    type: 'service',
    label: 'Role of a new user',
    description: 'In the whole service: whether they may create conversations and join them.',
  },
  {
    field: 'DefaultConversationRoleSid',
    type: 'conversation',
    label: 'Role of a participant',
    description: 'Who is added to a conversation or joins it.',
  },
  {
    field: 'DefaultConversationCreatorRoleSid',
    type: 'conversation',
    label: 'Role of a creator',
    description: 'Who has created the conversation.',
  },
];

/** Which roles people get by themselves, and whether they see who is online. */
export function Defaults({ path }: { path: string }) {
  const { rows } = useRoles(path);
  return (
    <RecordForm
      path={`${path}/Configuration`}
      record="services"
      done="The defaults are saved."
      read={(found) => ({
        DefaultChatServiceRoleSid: textOf(found.default_chat_service_role_sid),
        DefaultConversationRoleSid: textOf(found.default_conversation_role_sid),
        DefaultConversationCreatorRoleSid: textOf(found.default_conversation_creator_role_sid),
        ReachabilityEnabled: found.reachability_enabled === true,
      })}
    >
      {(fields, set, error) => (
        <>
          {ROLES.map(({ field, type, label, description }) => (
            <Select
              key={field}
              label={label}
              description={description}
              allowDeselect={false}
              data={roleChoices(rows, type)}
              value={textOf(fields[field])}
              onChange={(sid) => sid !== null && set({ [field]: sid })}
              error={fieldError(error, field)}
            />
          ))}
          <Switch
            label="Reachability"
            description="Clients are told who is online, and who can be notified."
            checked={fields.ReachabilityEnabled === true}
            onChange={(event) => set({ ReachabilityEnabled: event.currentTarget.checked })}
          />
        </>
      )}
    </RecordForm>
  );
}
