import { createApiKey, resetAuthToken, updateAccount } from '../domain/index.ts';
import type { CliContext } from './context.ts';
import { OPERATOR_OPTIONS, withLocalOperator, withOperator } from './operator.ts';
import { type OptionForm, readOptions, UsageError } from './options.ts';
import { printFields, printJson, printTable } from './print.ts';

type Run = (context: CliContext, argv: readonly string[]) => Promise<void>;

const LOCAL_OPTIONS: Readonly<Record<string, OptionForm>> = { account: { type: 'string' }, json: { type: 'boolean' } };

function show({ stdout }: CliContext, json: boolean, fields: Readonly<Record<string, unknown>>): void {
  if (json) printJson(stdout, fields);
  else printFields(stdout, fields);
}

/** `confab auth-token …`: the account's auth token, changed with an overlap. */
export const authTokenCommands: Readonly<Record<string, Run>> = {
  create: (context, argv) => askForToken(context, argv, 'POST', '/v1/AuthTokens/Secondary'),
  promote: (context, argv) => askForToken(context, argv, 'POST', '/v1/AuthTokens/Promote'),
  delete: (context, argv) => askForToken(context, argv, 'DELETE', '/v1/AuthTokens/Secondary'),
};

async function askForToken(
  context: CliContext,
  argv: readonly string[],
  method: 'POST' | 'DELETE',
  path: string,
): Promise<void> {
  const options = readOptions(argv, OPERATOR_OPTIONS);
  const answer = await withOperator(context, options, ({ send }) => send(method, path));
  show(context, options.isSet('json'), Object(answer ?? { secondary_auth_token: 'deleted' }));
}

/** `confab account …`. */
export const accountCommands: Readonly<Record<string, Run>> = {
  async activate(context, argv) {
    const options = readOptions(argv, LOCAL_OPTIONS);
    await withLocalOperator(context, options, async (api) => {
      await api.execute(updateAccount, { status: 'active' });
      show(context, options.isSet('json'), { account_sid: api.accountSid, status: 'active' });
    });
  },
};

/** `confab credentials …`. */
export const credentialsCommands: Readonly<Record<string, Run>> = {
  async reset(context, argv) {
    const options = readOptions(argv, { ...LOCAL_OPTIONS, yes: { type: 'boolean' } });
    if (!options.isSet('yes')) {
      throw new UsageError(
        'This replaces the auth token and makes a new Main key, for credentials that were lost. Say --yes to do it.',
      );
    }
    await withLocalOperator(context, options, async (api) => {
      const { secretBox } = api;
      const { key, secret } = await api.execute(createApiKey, {
        secretBox,
        kind: 'main',
        friendlyName: 'Made by a reset',
      });
      const { authToken } = await api.execute(resetAuthToken, { secretBox });
      const made = { account_sid: api.accountSid, auth_token: authToken, api_key: key.sid, api_secret: secret };
      show(context, options.isSet('json'), made);
    });
    if (!options.isSet('json'))
      context.stdout.write('These are shown this once: keep them. The old auth token is refused from now on.\n');
  },
};

const DEFAULT_ENTRIES = 50;

/** `confab audit`. */
export async function auditCommand(context: CliContext, argv: readonly string[]): Promise<void> {
  const filters: Record<string, OptionForm> = {
    limit: { type: 'string' },
    action: { type: 'string' },
    actor: { type: 'string' },
    subject: { type: 'string' },
  };
  const options = readOptions(argv, { ...OPERATOR_OPTIONS, ...filters });
  const query = new URLSearchParams({ PageSize: String(options.number('limit') ?? DEFAULT_ENTRIES) });
  for (const [option, parameter] of [
    ['action', 'Action'],
    ['actor', 'Actor'],
    ['subject', 'SubjectSid'],
  ] as const) {
    const value = options.text(option);
    if (value !== undefined) query.set(parameter, value);
  }
  const page: { audit_entries: Record<string, unknown>[] } = Object(
    await withOperator(context, options, ({ send }) => send('GET', `/confab/v1/AuditLog?${query}`)),
  );
  if (options.isSet('json')) {
    printJson(context.stdout, page.audit_entries);
    return;
  }
  const headings = ['TIME', 'ACTION', 'SUBJECT', 'BY', 'FROM', 'AFTER'];
  const rows = page.audit_entries.map((one) => [
    one.date_created,
    one.action,
    one.subject_sid,
    one.actor,
    one.address,
    one.after,
  ]);
  printTable(context.stdout, headings, rows);
}
