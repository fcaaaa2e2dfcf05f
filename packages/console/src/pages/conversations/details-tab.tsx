import { Button, Group, Select, Stack, TextInput, Title } from '@mantine/core';
import { useState } from 'react';
import { useLocation } from 'wouter';
import { type Row, textOf } from '../../api/pages.ts';
import { fieldsOf, rest } from '../../api/rest.ts';
import { fieldError, useAction } from '../../api/use-action.ts';
import { Confirm } from '../../components/confirm.tsx';
import { CopyValue } from '../../components/copy-value.tsx';
import { Facts } from '../../components/facts.tsx';
import { Time } from '../../components/time.tsx';
import { AttributesField, isJson } from './attributes-field.tsx';
import { conversationPath } from './paths.ts';
import { REQUESTABLE_STATES } from './states.ts';

interface Details {
  service: string;
  sid: string;
  conversation: Row;
}

/** What the conversation is, and all that can be changed of it. */
export function DetailsTab({ service, sid, conversation }: Details) {
  const { date_inactive, date_closed } = fieldsOf(conversation.timers);
  return (
    <Stack>
      <Facts
        of={[
          ['SID', <CopyValue key="sid" value={sid} label="SID" />],
          ['State', textOf(conversation.state)],
          ['Created', <Time key="created" value={textOf(conversation.date_created)} />],
          ['Created by', textOf(conversation.created_by)],
          ['Changed', <Time key="updated" value={textOf(conversation.date_updated)} />],
          ['Last message', <Time key="last" value={textOf(conversation.date_last_message)} absent="None" />],
          ['Messages', textOf(conversation.messages_count)],
          ['Participants', textOf(conversation.participants_count)],
          ['Becomes inactive', <Time key="inactive" value={textOf(date_inactive)} absent="No timer" />],
          ['Is closed', <Time key="closed" value={textOf(date_closed)} absent="No timer" />],
        ]}
      />
      <ChangeDetails key={textOf(conversation.date_updated)} service={service} sid={sid} conversation={conversation} />
      <DeleteConversation service={service} sid={sid} conversation={conversation} />
    </Stack>
  );
}

function ChangeDetails({ service, sid, conversation }: Details) {
  const was = {
    FriendlyName: textOf(conversation.friendly_name),
    UniqueName: textOf(conversation.unique_name),
    Attributes: textOf(conversation.attributes),
    State: textOf(conversation.state),
    'Timers.Inactive': '',
    'Timers.Closed': '',
  };
  const [fields, setFields] = useState(was);
  const set = (name: keyof typeof was) => (value: string) => setFields((before) => ({ ...before, [name]: value }));
  const [isClosing, setClosing] = useState(false);
  const save = useAction({
    run: () => rest(conversationPath(service, sid), { form: changed(was, fields), webhooks: true }),
    done: () => 'The conversation is changed.',
    changes: ['conversations'],
    onDone: () => setClosing(false),
  });
  const text = (name: keyof typeof was, label: string, description?: string) => (
    <TextInput
      label={label}
      {...(description !== undefined && { description })}
      value={fields[name]}
      onChange={(event) => set(name)(event.currentTarget.value)}
      error={fieldError(save.error, name)}
    />
  );
  const isSame = Object.keys(changed(was, fields)).length === 0;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (fields.State === 'closed' && was.State !== 'closed') setClosing(true);
        else save.mutate(undefined);
      }}
    >
      <Stack maw={560}>
        <Title order={2} size="h4">
          Change it
        </Title>
        {text('FriendlyName', 'Friendly name')}
        {text('UniqueName', 'Unique name')}
        <Select
          label="State"
          allowDeselect={false}
          data={REQUESTABLE_STATES}
          value={fields.State}
          onChange={(value) => set('State')(value ?? was.State)}
          error={fieldError(save.error, 'State')}
        />
        {text('Timers.Inactive', 'Inactive after', 'A duration without messages in ISO 8601, such as PT30M')}
        {text('Timers.Closed', 'Closed after', 'Such as P7D')}
        <AttributesField value={fields.Attributes} onChange={set('Attributes')} error={save.error} />
        <Group>
          <Button type="submit" loading={save.isPending} disabled={isSame || !isJson(fields.Attributes)}>
            Save
          </Button>
        </Group>
      </Stack>
      {isClosing && (
        <Confirm
          title="Close the conversation?"
          text="Nothing can be said or changed in it any more, and it cannot be opened again."
          action="Close it"
          isPending={save.isPending}
          onConfirm={() => save.mutate(undefined)}
          onClose={() => setClosing(false)}
        />
      )}
    </form>
  );
}

function changed<Fields extends Record<string, string>>(was: Fields, is: Fields): Partial<Fields> {
  const different: Partial<Fields> = {};
  for (const name in was) if (was[name] !== is[name]) different[name] = is[name];
  return different;
}

function DeleteConversation({ service, sid, conversation }: Details) {
  const [isAsking, setAsking] = useState(false);
  const [, navigate] = useLocation();
  const remove = useAction({
    run: () => rest(conversationPath(service, sid), { method: 'DELETE', webhooks: true }),
    done: () => 'The conversation is deleted.',
    changes: [],
    onDone: () => navigate(`/conversations?service=${encodeURIComponent(service)}`),
  });
  return (
    <Group>
      <Button color="red" variant="light" onClick={() => setAsking(true)}>
        Delete conversation
      </Button>
      {isAsking && (
        <Confirm
          title="Delete the conversation?"
          text={`All of its ${textOf(conversation.messages_count)} messages, their files and its participants go for everybody. This cannot be undone.`}
          action="Delete"
          typed={sid}
          isPending={remove.isPending}
          onConfirm={() => remove.mutate(undefined)}
          onClose={() => setAsking(false)}
        />
      )}
    </Group>
  );
}
