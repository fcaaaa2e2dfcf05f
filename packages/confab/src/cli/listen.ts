import { randomUUID } from 'node:crypto';
import { systemClock } from '../clock.ts';
import { DEFAULT_LIMITS } from '../config/index.ts';
import { createHookSender, type HookOutcome } from '../webhooks/index.ts';
import type { CliContext } from './context.ts';
import { firstOf } from './names.ts';
import { OperatorError, withOperator } from './operator.ts';
import { readOptions, UsageError } from './options.ts';
import { safeText } from './print.ts';

/** Seconds that the server keeps a request waiting. */
const WAIT = 20;

const RETRY_MS = 2_000;

/** `confab listen`: asks a server for what webhooks are told, and sends it on to a program on this machine. */
export async function listenCommand(context: CliContext, argv: readonly string[]): Promise<void> {
  const { env, stdout, stderr, onSignal } = context;
  const options = readOptions(['--url', 'http://127.0.0.1:4000', ...argv], {
    forward: { type: 'string' },
    url: { type: 'string' },
    event: { type: 'string', multiple: true },
  });
  const url = options.text('forward');
  if (url === undefined) throw new UsageError('--forward is missing: the URL of your program.');
  const authToken = firstOf(env, ['CONFAB_AUTH_TOKEN', 'TWILIO_AUTH_TOKEN']) ?? '';
  const clock = systemClock();
  const wanted = new Set(options.texts('event'));
  const send = createHookSender({
    clock,
    limits: DEFAULT_LIMITS,
    // The developer's own machine and network, by the developer's own hand.
    rules: { allow: ['0.0.0.0/0', '::/0'], loopback: true, ownPort: () => undefined },
  });
  const stop = new AbortController();
  onSignal(() => stop.abort());

  await withOperator(context, options, async (operator) => {
    async function read(after: string | undefined): Promise<{ events: unknown[]; next: string }> {
      const query = after === undefined ? '' : `?Wait=${WAIT}&After=${after}`;
      const { events, next } = Object(
        await operator.send('GET', `/confab/v1/WebhookEvents${query}`, undefined, stop.signal),
      );
      return { events: Array.isArray(events) ? events : [], next: String(next) };
    }
    async function listen(): Promise<void> {
      let { next: after } = await read(undefined);
      stdout.write(`Listening. Events go to ${safeText(url)}\n`);
      while (!stop.signal.aborted) {
        try {
          const { events, next } = await read(after);
          for (const one of events) await forward(one);
          after = next;
        } catch (error) {
          if (!(error instanceof OperatorError)) throw error;
          if (stop.signal.aborted) return;
          stderr.write(`${error.message}; asking again\n`);
          await new Promise<void>((resolve) => setTimeout(resolve, RETRY_MS));
        }
      }
    }
    async function forward(given: unknown): Promise<void> {
      const { event, parameters } = Object(given);
      if (stop.signal.aborted || (wanted.size > 0 && !wanted.has(event))) return;
      const params = Object.entries(Object(parameters)).map(([name, value]) => [name, String(value)] as const);
      const outcome = await send({ method: 'POST', url: url ?? '', params, authToken, idempotencyToken: randomUUID() });
      const subject = new Map(params).get('ConversationSid') ?? '';
      stdout.write(`${safeText(`${event} ${subject} -> ${told(outcome)} in ${outcome.durationMs} ms`)}\n`);
    }
    await listen();
  });
}

function told(outcome: HookOutcome): string {
  switch (outcome.kind) {
    case 'answered':
      return `${outcome.status} ${outcome.body.slice(0, 200)}`.trim();
    case 'timed_out':
      return 'no answer in time';
    case 'too_large':
      return `${outcome.status}, too large`;
    default:
      return outcome.reason;
  }
}
