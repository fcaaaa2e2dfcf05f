import { safeEqual } from '../secrets/index.ts';
import { signatureOf } from '../webhooks/index.ts';
import type { CliContext } from './context.ts';
import { firstOf } from './names.ts';
import { OPERATOR_OPTIONS, OperatorError, withOperator } from './operator.ts';
import { readOptions, UsageError } from './options.ts';
import { printFields, printJson, printTable } from './print.ts';

type Run = (context: CliContext, argv: readonly string[]) => Promise<void>;

const DELIVERIES = '/confab/v1/WebhookDeliveries';
const DEFAULT_LISTED = 50;

const FILTERS = [
  ['state', 'State'],
  ['event', 'Event'],
  ['conversation', 'ConversationSid'],
  ['target', 'Target'],
] as const;

/** `confab webhooks …`. */
export const webhooksCommands: Readonly<Record<string, Run>> = {
  async list(context, argv) {
    const options = readOptions(argv, {
      ...OPERATOR_OPTIONS,
      limit: { type: 'string' },
      ...Object.fromEntries(FILTERS.map(([option]) => [option, { type: 'string' as const }])),
    });
    const query = new URLSearchParams({ PageSize: String(options.number('limit') ?? DEFAULT_LISTED) });
    for (const [option, parameter] of FILTERS) {
      const value = options.text(option);
      if (value !== undefined) query.set(parameter, value);
    }
    const page: { webhook_deliveries: Record<string, unknown>[] } = Object(
      await withOperator(context, options, ({ send }) => send('GET', `${DELIVERIES}?${query}`)),
    );
    if (options.isSet('json')) {
      printJson(context.stdout, page.webhook_deliveries);
      return;
    }
    const rows = page.webhook_deliveries.map((one) => [
      one.date_created,
      one.sid,
      one.event,
      one.state === 'waiting' && one.late === true ? 'late' : one.state,
      one.tries,
      one.conversation_sid,
      one.webhook_url,
    ]);
    printTable(context.stdout, ['TIME', 'SID', 'EVENT', 'STATE', 'TRIES', 'CONVERSATION', 'TO'], rows);
  },

  async show(context, argv) {
    const options = readOptions(argv, OPERATOR_OPTIONS, ['The SID of the delivery']);
    const [sid = ''] = options.words;
    const delivery: Record<string, unknown> = Object(
      await withOperator(context, options, ({ send }) => send('GET', `${DELIVERIES}/${encodeURIComponent(sid)}`)),
    );
    const { parameters, attempts, ...fields } = delivery;
    if (options.isSet('json')) {
      printJson(context.stdout, delivery);
      return;
    }
    printFields(context.stdout, { ...fields, ...Object(parameters) });
    const tried: Record<string, unknown>[] = Array.isArray(attempts) ? attempts : [];
    const rows = tried.map((one) => [
      one.started_at,
      one.outcome,
      one.status,
      `${one.duration_ms} ms`,
      one.reason,
      one.answer,
    ]);
    printTable(context.stdout, ['TRIED', 'OUTCOME', 'STATUS', 'TOOK', 'REASON', 'ANSWER'], rows);
  },

  async redeliver(context, argv) {
    const options = readOptions(argv, OPERATOR_OPTIONS, ['The SID of the delivery']);
    const [sid = ''] = options.words;
    const answer: Record<string, unknown> = Object(
      await withOperator(context, options, ({ send }) =>
        send('POST', `${DELIVERIES}/${encodeURIComponent(sid)}/Redeliver`),
      ),
    );
    if (options.isSet('json')) printJson(context.stdout, answer);
    else context.stdout.write(`${sid} is sent again as soon as a server runs.\n`);
  },

  async verify({ env, stdout }, argv) {
    const options = readOptions(argv, {
      'webhook-url': { type: 'string' },
      signature: { type: 'string' },
      param: { type: 'string', multiple: true },
    });
    const url = options.text('webhook-url');
    const signature = options.text('signature');
    const authToken = firstOf(env, ['CONFAB_AUTH_TOKEN', 'TWILIO_AUTH_TOKEN']);
    if (url === undefined || signature === undefined) throw new UsageError('--webhook-url and --signature are needed.');
    if (authToken === undefined) throw new UsageError('CONFAB_AUTH_TOKEN must be in the environment.');
    const params = options.texts('param').map((text) => {
      const at = text.indexOf('=');
      if (at === -1) throw new UsageError('--param must be NAME=VALUE.');
      return [text.slice(0, at), text.slice(at + 1)] as const;
    });
    const expected = signatureOf(authToken, url.split('#', 1)[0] ?? '', params);
    if (!safeEqual(signature, expected)) {
      throw new OperatorError(
        'the signature is not of this URL, these parameters and this auth token. The URL must be exactly as it was configured, without ' +
          'its fragment; all parameters count, and of a GET they stand in the URL.',
      );
    }
    stdout.write('The signature is good.\n');
  },
};
