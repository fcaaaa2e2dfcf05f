import { continueErasures } from '../domain/index.ts';
import type { CliContext } from './context.ts';
import { EXPORT_OPTIONS, writeExport } from './export.ts';
import { OPERATOR_OPTIONS, OperatorError, withLocalOperator, withOperator } from './operator.ts';
import { type Options, readOptions, UsageError } from './options.ts';
import { printFields, printJson } from './print.ts';

const PERSON_OPTIONS = { ...OPERATOR_OPTIONS, address: { type: 'boolean' }, service: { type: 'string' } } as const;

/** `confab user …`: a person's rights over their data. */
export const userCommands = { export: exportUser, erase: eraseUser };

/** How often a server is asked whether it has finished. */
const POLL_MS = 500;

async function exportUser(context: CliContext, argv: readonly string[]): Promise<void> {
  const options = readOptions(argv, { ...PERSON_OPTIONS, ...EXPORT_OPTIONS }, ['the identity']);
  const query = new URLSearchParams(personOf(options));
  await writeExport(context, options, `${baseOf(options)}/PersonExport?${query}`);
}

async function eraseUser(context: CliContext, argv: readonly string[]): Promise<void> {
  const forms = { ...PERSON_OPTIONS, messages: { type: 'string' }, yes: { type: 'boolean' } } as const;
  const options = readOptions(argv, forms, ['the identity']);
  const messages = options.text('messages');
  if (messages === undefined)
    throw new UsageError('Say what becomes of their messages: --messages keep, pseudonymise or delete.');
  if (!options.isSet('yes')) {
    throw new OperatorError(
      'This erases all that is stored of the person, and cannot be taken back. Say --yes to do it.',
    );
  }
  const form = { ...personOf(options), Messages: messages };
  const path = `${baseOf(options)}/Erasures`;
  const done =
    options.text('url') === undefined
      ? await eraseHere(context, options, path, form)
      : await withOperator(context, options, async ({ send }) => {
          const { sid } = Object(await send('POST', path, form));
          for (;;) {
            const erasure = await send('GET', `${path}/${sid}`);
            if (Object(erasure).status === 'completed') return erasure;
            await new Promise((resolve) => setTimeout(resolve, POLL_MS));
          }
        });
  if (options.isSet('json')) printJson(context.stdout, done);
  else printFields(context.stdout, Object(done));
}

/** On the data itself, to the end: and since nobody waits for the file, it is written anew, without what was ever deleted in it. */
function eraseHere(
  context: CliContext,
  options: Options,
  path: string,
  form: Record<string, string>,
): Promise<unknown> {
  return withLocalOperator(context, options, async ({ send, store }) => {
    const asked = await send('POST', path, new URLSearchParams(form));
    const { sid, message, code } = Object(asked.body);
    if (asked.status !== 202) throw new OperatorError(`${message} (${code})`);
    for (;;) {
      while ((await continueErasures(store, Date.now())) > 0);
      const { body } = await send('GET', `${path}/${sid}`);
      if (Object(body).status === 'completed') {
        await store.scrub({ rewrite: true });
        return body;
      }
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  });
}

function personOf(options: Options): Record<string, string> {
  const [name = ''] = options.words;
  return options.isSet('address') ? { Address: name } : { Identity: name };
}

export function baseOf(options: Options): string {
  const service = options.text('service');
  return service === undefined ? '/confab/v1' : `/confab/v1/Services/${encodeURIComponent(service)}`;
}
