import { NumberInput } from '@mantine/core';
import { fieldError } from '../../../api/use-action.ts';
import { RecordForm } from '../../../components/record-form.tsx';

const FIELDS = [
  { field: 'MessagesDays', from: 'messages_days', label: 'Keep messages for', what: 'Older ones are deleted.' },
  {
    field: 'EventLogDays',
    from: 'event_log_days',
    label: 'Keep the event log for',
    what: 'What webhooks and exports read from.',
  },
];

/** After how many days what is old goes. */
export function Retention({ path }: { path: string }) {
  return (
    <RecordForm
      path={`${path}/Retention`}
      record="retention"
      done="The retention is saved."
      read={(found) => Object.fromEntries(FIELDS.map(({ field, from }) => [field, Number(found[from] ?? 0)]))}
    >
      {(fields, set, error) =>
        FIELDS.map(({ field, label, what }) => (
          <NumberInput
            key={field}
            label={label}
            description={`${what} 0: for ever.`}
            suffix=" days"
            min={0}
            max={36_500}
            allowDecimal={false}
            value={Number(fields[field])}
            onChange={(days) => set({ [field]: Number(days) })}
            error={fieldError(error, field)}
          />
        ))
      }
    </RecordForm>
  );
}
