import { Fieldset, Stack, Switch, TextInput } from '@mantine/core';
import { type Row, textOf } from '../../../api/pages.ts';
import { type Fields, fieldsOf } from '../../../api/rest.ts';
import { fieldError } from '../../../api/use-action.ts';
import { RecordForm } from '../../../components/record-form.tsx';

const EVENTS = [
  { name: 'NewMessage', title: 'A new message', from: 'new_message' },
  { name: 'AddedToConversation', title: 'Added to a conversation', from: 'added_to_conversation' },
  { name: 'RemovedFromConversation', title: 'Removed from a conversation', from: 'removed_from_conversation' },
];

/** What devices are told, and how it reads. */
export function Notifications({ path }: { path: string }) {
  return (
    <RecordForm
      path={`${path}/Configuration/Notifications`}
      record="notifications"
      done="The notifications are saved."
      read={readNotifications}
    >
      {(fields, set, error) => {
        const flag = (name: string, label: string) => (
          <Switch
            label={label}
            checked={fields[name] === true}
            onChange={(event) => set({ [name]: event.currentTarget.checked })}
          />
        );
        const line = (name: string, label: string) => (
          <TextInput
            label={label}
            value={textOf(fields[name])}
            onChange={(event) => set({ [name]: event.currentTarget.value })}
            error={fieldError(error, name)}
          />
        );
        return (
          <>
            {EVENTS.map(({ name, title }) => (
              <Fieldset key={name} legend={title}>
                <Stack gap="sm">
                  {flag(`${name}.Enabled`, 'Notify')}
                  {line(`${name}.Template`, 'Text')}
                  {line(`${name}.Sound`, 'Sound')}
                  {name === 'NewMessage' && (
                    <>
                      {flag('NewMessage.BadgeCountEnabled', 'Count of unread conversations on the app’s icon')}
                      {flag('NewMessage.WithMedia.Enabled', 'A text of its own for a message with files')}
                      {line('NewMessage.WithMedia.Template', 'Text for a message with files')}
                    </>
                  )}
                </Stack>
              </Fieldset>
            ))}
            {flag('LogEnabled', 'Log what is sent')}
          </>
        );
      }}
    </RecordForm>
  );
}

function readNotifications(found: Row): Fields {
  const fields: Record<string, string | boolean> = { LogEnabled: found.log_enabled === true };
  for (const { name, from } of EVENTS) {
    const { enabled, template, sound } = fieldsOf(found[from]);
    fields[`${name}.Enabled`] = enabled === true;
    fields[`${name}.Template`] = textOf(template);
    fields[`${name}.Sound`] = textOf(sound);
  }
  const { badge_count_enabled, with_media } = fieldsOf(found.new_message);
  const { enabled, template } = fieldsOf(with_media);
  return {
    ...fields,
    'NewMessage.BadgeCountEnabled': badge_count_enabled === true,
    'NewMessage.WithMedia.Enabled': enabled === true,
    'NewMessage.WithMedia.Template': textOf(template),
  };
}
