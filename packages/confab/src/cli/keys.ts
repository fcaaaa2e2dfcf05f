import { systemClock } from '../clock.ts';
import { reissueSecrets } from '../domain/index.ts';
import { createMasterKey, createSecretBox, loadMasterKey } from '../secrets/index.ts';
import type { CliContext } from './context.ts';
import { configOf, withStore } from './open-data.ts';
import { OPERATOR_OPTIONS, type Operator, withOperator } from './operator.ts';
import { type OptionForm, readOptions, UsageError } from './options.ts';
import { printFields, printJson, printTable } from './print.ts';

type Run = (context: CliContext, argv: readonly string[]) => Promise<void>;

/** `confab keys …`. */
export const keysCommands: Readonly<Record<string, Run>> = {
  async list(context, argv) {
    const options = readOptions(argv, OPERATOR_OPTIONS);
    const keys = await withOperator(context, options, allKeys);
    if (options.isSet('json')) printJson(context.stdout, keys);
    else {
      const headings = ['SID', 'KIND', 'NAME', 'CREATED', 'LAST USED'];
      const rows = keys.map((key) => [
        key.sid,
        key.kind,
        key.friendly_name,
        key.date_created,
        key.last_used_at ?? 'never',
      ]);
      printTable(context.stdout, headings, rows);
    }
  },

  async create(context, argv) {
    const options = readOptions(argv, {
      ...OPERATOR_OPTIONS,
      name: { type: 'string' },
      kind: { type: 'string' },
      allow: { type: 'string', multiple: true },
    });
    const allow = options.texts('allow');
    const key = await withOperator(context, options, ({ accountSid, send }) =>
      send('POST', '/v1/Keys', {
        AccountSid: accountSid,
        FriendlyName: options.text('name'),
        KeyType: options.text('kind') ?? (allow.length > 0 ? 'restricted' : 'standard'),
        Policy: allow.length > 0 ? JSON.stringify({ allow }) : undefined,
      }),
    );
    show(context, options.isSet('json'), key, 'The secret is shown this once: keep it.');
  },

  async rename(context, argv) {
    const options = readOptions(argv, OPERATOR_OPTIONS, ['The SID of the key', 'The new name']);
    const [sid = '', name = ''] = options.words;
    const key = await withOperator(context, options, ({ send }) =>
      send('POST', `/v1/Keys/${encodeURIComponent(sid)}`, { FriendlyName: name }),
    );
    show(context, options.isSet('json'), key);
  },

  async rotate(context, argv) {
    const forms: Record<string, OptionForm> = { ...OPERATOR_OPTIONS, overlap: { type: 'string' } };
    const options = readOptions(argv, forms, ['The SID of the key']);
    const [sid = ''] = options.words;
    const overlap = options.number('overlap');
    const key = await withOperator(context, options, ({ send }) =>
      send('POST', `/confab/v1/Keys/${encodeURIComponent(sid)}/Rotate`, { OverlapSeconds: overlap?.toString() }),
    );
    show(context, options.isSet('json'), key, 'The new secret is shown this once: keep it.');
  },

  async revoke(context, argv) {
    const options = readOptions(argv, OPERATOR_OPTIONS, ['The SID of the key']);
    const [sid = ''] = options.words;
    await withOperator(context, options, ({ send }) => send('DELETE', `/v1/Keys/${encodeURIComponent(sid)}`));
    show(context, options.isSet('json'), { sid, revoked: true });
  },

  async reissue(context, argv) {
    const options = readOptions(argv, { json: { type: 'boolean' }, yes: { type: 'boolean' } });
    if (!options.isSet('yes')) {
      throw new UsageError(
        'This replaces the auth token and the secret of every key, for a lost master key. Say --yes to do it.',
      );
    }
    const resolved = configOf(context, options.configArgv);
    const { secrets, config } = resolved;
    const reissued = await withStore(context, resolved, (store) => {
      const masterKey = secrets.masterKey ?? loadMasterKey(config.dataDir) ?? createMasterKey(config.dataDir);
      return reissueSecrets(store, createSecretBox(masterKey), systemClock().now());
    });
    if (options.isSet('json')) {
      printJson(
        context.stdout,
        reissued.map(({ sid, accountSid, secret }) => ({ sid, account_sid: accountSid, secret })),
      );
      return;
    }
    printTable(
      context.stdout,
      ['SID', 'ACCOUNT', 'NEW SECRET'],
      reissued.map((one) => [one.sid, one.accountSid, one.secret]),
    );
    context.stdout.write('These are shown this once: keep them. All others are refused from now on.\n');
  },
};

function show({ stdout }: CliContext, json: boolean, key: unknown, note?: string): void {
  if (json) {
    printJson(stdout, key);
    return;
  }
  printFields(stdout, Object(key));
  if (note !== undefined) stdout.write(`${note}\n`);
}

async function allKeys({ send }: Operator): Promise<Record<string, unknown>[]> {
  const keys: Record<string, unknown>[] = [];
  for (let next: string | null = '/confab/v1/Keys?PageSize=1000'; next !== null; ) {
    const page: { keys: Record<string, unknown>[]; meta: { next_page_url: string | null } } = Object(
      await send('GET', next),
    );
    keys.push(...page.keys);
    // The server's own idea of its address may not be the one that it is reached under.
    const url: URL | null = page.meta.next_page_url === null ? null : new URL(page.meta.next_page_url);
    next = url && `${url.pathname}${url.search}`;
  }
  return keys;
}
