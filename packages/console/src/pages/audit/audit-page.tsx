import { Code, Group, Select, Text, TextInput } from '@mantine/core';
import { type Row, textOf, usePages } from '../../api/pages.ts';
import { useUrlState } from '../../api/use-url-state.ts';
import { Empty } from '../../components/empty.tsx';
import { ListTable } from '../../components/list-table.tsx';
import { MainOnly } from '../../components/main-only.tsx';
import { PageFrame } from '../../components/page.tsx';
import { Time } from '../../components/time.tsx';

export function Page() {
  return (
    <MainOnly title="Audit log">
      <AuditLog />
    </MainOnly>
  );
}

/** What can be looked for; the API compares whole values. */
const FILTERS = [
  { name: 'Actor', label: 'Who', placeholder: 'SK… or AC…' },
  { name: 'SubjectSid', label: 'What', placeholder: 'SID' },
] as const;

function AuditLog() {
  const [action, setAction] = useUrlState('action');
  const [actor, setActor] = useUrlState('actor');
  const [subject, setSubject] = useUrlState('subject');
  const pages = usePages('/confab/v1/AuditLog', 'audit_entries', {
    Action: action || undefined,
    Actor: actor || undefined,
    SubjectSid: subject || undefined,
  });
  const fields = { Actor: [actor, setActor], SubjectSid: [subject, setSubject] } as const;
  const actions = [...new Set([action, ...pages.rows.map((row) => textOf(row.action))])].filter(Boolean).sort();
  return (
    <PageFrame title="Audit log" about="Who changed what about credentials, accounts and rights. Nobody can change it.">
      <Group align="end">
        <Select
          label="Action"
          placeholder="Any"
          clearable
          clearButtonProps={{ 'aria-label': 'Any action' }}
          searchable
          data={actions}
          value={action || null}
          onChange={(value) => setAction(value ?? '')}
        />
        {FILTERS.map(({ name, label, placeholder }) => (
          <TextInput
            key={name}
            label={label}
            placeholder={placeholder}
            value={fields[name][0]}
            onChange={(event) => fields[name][1](event.currentTarget.value.trim())}
          />
        ))}
      </Group>
      <ListTable
        label="Audit log"
        pages={pages}
        height="calc(100vh - 300px)"
        rowKey={(row) => `${textOf(row.date_created)} ${textOf(row.action)} ${textOf(row.subject_sid)}`}
        columns={[
          { title: 'When', cell: ({ date_created }) => <Time value={textOf(date_created)} />, width: '18%' },
          { title: 'Action', cell: (row) => textOf(row.action), width: '20%' },
          { title: 'What', cell: ({ subject_sid }) => <Code>{textOf(subject_sid)}</Code> },
          { title: 'Who', cell: (row) => <Who of={row} /> },
          { title: 'Change', cell: (row) => <Change of={row} /> },
        ]}
        empty={<Empty title="There is no such entry" text="Take a filter away to see more." />}
      />
    </PageFrame>
  );
}

function Who({ of: { actor, address } }: { of: Row }) {
  return (
    <>
      <Code>{textOf(actor)}</Code>
      {typeof address === 'string' && (
        <Text size="xs" c="dimmed">
          from {address}
        </Text>
      )}
    </>
  );
}

/** Before and after, as the log has them. */
function Change({ of: { before, after } }: { of: Row }) {
  if (before === null && after === null) return '–';
  return (
    <Text size="xs" ff="monospace">
      {before !== null && JSON.stringify(before)}
      {before !== null && after !== null && ' → '}
      {after !== null && JSON.stringify(after)}
    </Text>
  );
}
