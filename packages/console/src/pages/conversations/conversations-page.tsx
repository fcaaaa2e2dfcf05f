import { Button, Group, SegmentedControl, Select, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { useState } from 'react';
import { Link } from 'wouter';
import { textOf, usePages } from '../../api/pages.ts';
import { useUrlState } from '../../api/use-url-state.ts';
import { Empty } from '../../components/empty.tsx';
import { PageFrame } from '../../components/page.tsx';
import { ConversationList } from './conversation-list.tsx';
import { CreateConversation } from './create-conversation.tsx';
import { FoundMessages } from './found-messages.tsx';
import { STATES } from './states.ts';

/** Conversations of one service: all, those with a name, or the messages with certain words in any of them. */
export function Page() {
  const services = usePages('/v1/Services', 'services');
  const [chosen, setService] = useUrlState('service');
  const [look, setLook] = useUrlState('look');
  const [state, setState] = useUrlState('state');
  const [sort, setSort] = useUrlState('sort');
  const [query, setQuery] = useUrlState('q');
  const [isCreating, setCreating] = useState(false);
  const service = chosen || textOf(services.rows[0]?.sid);
  const inMessages = look === 'messages';
  return (
    <PageFrame
      title="Conversations"
      about="Find a conversation, look into it, and take part in it."
      actions={
        <Button disabled={service === ''} onClick={() => setCreating(true)}>
          Create conversation
        </Button>
      }
    >
      <Group align="end">
        <Select
          label="Chat service"
          w={190}
          allowDeselect={false}
          data={services.rows.map(({ sid, friendly_name }) => ({
            value: textOf(sid),
            label: textOf(friendly_name) || textOf(sid),
          }))}
          value={service === '' ? null : service}
          onChange={(value) => setService(value ?? '')}
        />
        <SegmentedControl
          aria-label="Search in"
          data={[
            { value: 'names', label: 'Names' },
            { value: 'messages', label: 'Messages' },
          ]}
          value={inMessages ? 'messages' : 'names'}
          onChange={(value) => setLook(value === 'messages' ? value : '')}
        />
        <SearchField key={look} query={query} onSearch={setQuery} />
        {!inMessages && (
          <>
            <Select
              label="State"
              w={150}
              placeholder="All"
              clearable
              clearButtonProps={{ 'aria-label': 'All states' }}
              data={STATES}
              value={state === '' ? null : state}
              onChange={(value) => setState(value ?? '')}
            />
            <Select
              label="Sorted by"
              w={150}
              allowDeselect={false}
              disabled={query !== ''}
              data={[
                { value: 'activity', label: 'Last activity' },
                { value: 'created', label: 'Creation' },
              ]}
              value={query !== '' ? 'created' : sort || 'activity'}
              onChange={(value) => setSort(value === 'created' ? value : '')}
            />
          </>
        )}
      </Group>
      {service !== '' && !inMessages && (
        <ConversationList service={service} name={query} state={state} sort={query === '' ? sort : ''} />
      )}
      {service !== '' && inMessages && query !== '' && <FoundMessages service={service} query={query} />}
      {inMessages && query === '' && (
        <Empty title="What are you looking for?" text="Type words of a message. All of them have to be in it." />
      )}
      {!services.query.isPending && services.query.error === null && services.rows.length === 0 && (
        <Empty title="There is no chat service" text="Conversations live in one.">
          <Button component={Link} href="/services" variant="default">
            Chat services
          </Button>
        </Empty>
      )}
      {isCreating && <CreateConversation service={service} onClose={() => setCreating(false)} />}
    </PageFrame>
  );
}

const TYPED_MS = 250;

function SearchField({ query, onSearch }: { query: string; onSearch: (query: string) => void }) {
  const [text, setText] = useState(query);
  const search = useDebouncedCallback(onSearch, TYPED_MS);
  return (
    <TextInput
      type="search"
      label="Search"
      placeholder="Words, or the beginning of one"
      value={text}
      onChange={({ currentTarget: { value } }) => {
        setText(value);
        search(value.trim());
      }}
    />
  );
}
