import { Badge, Button, Group, Paper, Text, Textarea } from '@mantine/core';
import { useState } from 'react';
import { type Row, textOf } from '../../api/pages.ts';
import { fieldsOf, rest } from '../../api/rest.ts';
import { fieldError, useAction } from '../../api/use-action.ts';
import { Confirm } from '../../components/confirm.tsx';
import { FormModal } from '../../components/form-modal.tsx';
import { JsonView } from '../../components/json-view.tsx';
import { Time } from '../../components/time.tsx';
import { AttributesField, isJson } from './attributes-field.tsx';
import { MediaFile } from './media-file.tsx';
import { Receipts } from './receipts.tsx';

export interface MessageCardProps {
  message: Row;
  /** Of the conversation's messages. */
  path: string;
  service: string;
  /** Puts the message into the page's address. */
  onLink?: (sid: string) => void;
}

/** All that there is to a message. Whatever is in it is text. */
export function MessageCard({ message, path, service, onLink }: MessageCardProps) {
  const [open, setOpen] = useState<'edit' | 'remove' | 'receipts'>();
  const close = () => setOpen(undefined);
  const sid = textOf(message.sid);
  const attributes = textOf(message.attributes);
  const files = Array.isArray(message.media) ? message.media.map(fieldsOf) : [];
  const of = { path: `${path}/${sid}`, message, onClose: close };
  return (
    <Paper withBorder p="sm" component="article" aria-label={`Message ${textOf(message.index)}`}>
      <Group justify="space-between" align="start">
        <Group gap="xs">
          <Text fw={600} style={{ overflowWrap: 'anywhere' }}>
            {textOf(message.author)}
          </Text>
          <Text size="sm" c="dimmed" component="span">
            <Time value={textOf(message.date_created)} />
          </Text>
          <Badge variant="default" size="sm">
            {textOf(message.index)}
          </Badge>
          {message.date_updated !== message.date_created && (
            <Text size="sm" c="dimmed">
              changed
            </Text>
          )}
        </Group>
        <Group gap={4}>
          {onLink !== undefined && (
            <Button size="compact-xs" variant="default" onClick={() => onLink(sid)}>
              Link
            </Button>
          )}
          <Button size="compact-xs" variant="default" onClick={() => setOpen('receipts')}>
            Receipts
          </Button>
          <Button size="compact-xs" variant="default" onClick={() => setOpen('edit')}>
            Edit
          </Button>
          <Button size="compact-xs" variant="light" color="red" onClick={() => setOpen('remove')}>
            Remove
          </Button>
        </Group>
      </Group>
      <Text style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>{textOf(message.body)}</Text>
      {files.map((file) => (
        <MediaFile key={textOf(file.sid)} file={file} service={service} />
      ))}
      {attributes !== '{}' && <JsonView value={attributes} label="Attributes of the message" />}
      {open === 'edit' && <EditMessage {...of} hasFiles={files.length > 0} />}
      {open === 'remove' && <RemoveMessage {...of} />}
      {open === 'receipts' && <Receipts {...of} />}
    </Paper>
  );
}

interface OneMessage {
  /** Of the message. */
  path: string;
  message: Row;
  onClose: () => void;
}

function EditMessage({ path, message, hasFiles, onClose }: OneMessage & { hasFiles: boolean }) {
  const [body, setBody] = useState(textOf(message.body));
  const [attributes, setAttributes] = useState(textOf(message.attributes));
  const save = useAction({
    run: () => rest(path, { form: { Attributes: attributes, ...(!hasFiles && { Body: body }) }, webhooks: true }),
    done: () => 'The message is changed.',
    changes: ['messages'],
    onDone: onClose,
  });
  return (
    <FormModal
      title="Edit the message"
      action="Save"
      isPending={save.isPending}
      isReady={isJson(attributes)}
      onSubmit={() => save.mutate(undefined)}
      onClose={onClose}
    >
      <Textarea
        label="Text"
        description={hasFiles ? 'Messages with files keep theirs.' : undefined}
        disabled={hasFiles}
        autosize
        minRows={2}
        maxRows={10}
        value={body}
        onChange={(event) => setBody(event.currentTarget.value)}
        error={fieldError(save.error, 'Body')}
      />
      <AttributesField value={attributes} onChange={setAttributes} error={save.error} />
    </FormModal>
  );
}

function RemoveMessage({ path, message, onClose }: OneMessage) {
  const remove = useAction({
    run: () => rest(path, { method: 'DELETE', webhooks: true }),
    done: () => 'The message is removed.',
    changes: ['messages', 'conversations'],
    onDone: onClose,
  });
  return (
    <Confirm
      title="Remove the message?"
      text={`Message ${textOf(message.index)} of ${textOf(message.author)} and its files go for everybody. This cannot be undone.`}
      action="Remove"
      isPending={remove.isPending}
      onConfirm={() => remove.mutate(undefined)}
      onClose={onClose}
    />
  );
}
