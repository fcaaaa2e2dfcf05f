import { Anchor, Checkbox, Select, SimpleGrid, Stack, Text, TextInput } from '@mantine/core';
import { Link } from 'wouter';
import { WEBHOOK_EVENTS } from '../../../../../confab/src/domain/webhook/events.ts';
import { textOf } from '../../../api/pages.ts';
import { fieldError } from '../../../api/use-action.ts';
import { RecordForm } from '../../../components/record-form.tsx';

/** Those whose names end in -ed are told of a change; the others are asked before it. */
const BEFORE = WEBHOOK_EVENTS.filter((event) => !event.endsWith('ed'));
const AFTER = WEBHOOK_EVENTS.filter((event) => event.endsWith('ed'));

/** Where the service's events are sent. While nothing is set, the account's own webhooks count. */
export function Webhooks({ path }: { path: string }) {
  return (
    <RecordForm
      path={`${path}/Configuration/Webhooks`}
      record="webhook-configuration"
      done="The webhooks are saved."
      read={(found) => ({
        PreWebhookUrl: textOf(found.pre_webhook_url),
        PostWebhookUrl: textOf(found.post_webhook_url),
        Method: textOf(found.method) || 'POST',
        Filters: Array.isArray(found.filters) ? found.filters.map(String) : [],
      })}
    >
      {(fields, set, error) => {
        const chosen = Array.isArray(fields.Filters) ? fields.Filters.filter((event) => event !== '') : [];
        const choose = (events: string[]) => set({ Filters: events.length === 0 ? [''] : events });
        return (
          <>
            <TextInput
              label="URL asked before a change"
              description="Its answer may refuse the change, or alter it."
              placeholder="https://"
              value={textOf(fields.PreWebhookUrl)}
              onChange={(event) => set({ PreWebhookUrl: event.currentTarget.value })}
              error={fieldError(error, 'PreWebhookUrl')}
            />
            <TextInput
              label="URL told after a change"
              placeholder="https://"
              value={textOf(fields.PostWebhookUrl)}
              onChange={(event) => set({ PostWebhookUrl: event.currentTarget.value })}
              error={fieldError(error, 'PostWebhookUrl')}
            />
            <Select
              label="Method"
              allowDeselect={false}
              data={['POST', 'GET']}
              value={textOf(fields.Method)}
              onChange={(method) => set({ Method: method ?? 'POST' })}
              error={fieldError(error, 'Method')}
            />
            <Checkbox.Group
              label="Events"
              description="Nothing else is sent."
              value={chosen}
              onChange={choose}
              error={fieldError(error, 'Filters')}
            >
              <SimpleGrid cols={{ base: 1, sm: 2 }} mt="xs">
                {[BEFORE, AFTER].map((events, at) => (
                  <Stack key={at === 0 ? 'before' : 'after'} gap="xs">
                    <Text size="sm" c="dimmed">
                      {at === 0 ? 'Before a change' : 'After a change'}
                    </Text>
                    {events.map((event) => (
                      <Checkbox key={event} value={event} label={event} />
                    ))}
                  </Stack>
                ))}
              </SimpleGrid>
            </Checkbox.Group>
            <Anchor component={Link} href={`/webhooks?target=${path.split('/').at(-1)}`}>
              What was sent
            </Anchor>
          </>
        );
      }}
    </RecordForm>
  );
}
