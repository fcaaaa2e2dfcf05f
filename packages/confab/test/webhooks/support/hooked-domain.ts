import { Registry } from 'prom-client';
import { onTestFinished } from 'vitest';
import type { Limits } from '../../../src/config/limits.ts';
import {
  type ConversationRow,
  createConversation,
  createConversationWebhook,
  sendMessage,
  updateWebhookConfiguration,
} from '../../../src/domain/index.ts';
import type { Store } from '../../../src/store/index.ts';
import { createHookSender, startWebhooks } from '../../../src/webhooks/index.ts';
import { domainOver, type Engine, emptyDatabase, openTestStore, turnsOfTheLoop } from '../../support/store.ts';

export type HookedDomain = Awaited<ReturnType<typeof hookedDomain>>;

/** The domain with its webhooks, on a clock that the test moves and with real connections. Stopped with the test. */
export async function hookedDomain(engine: Engine, limits: Partial<Limits> = {}) {
  const store = await openTestStore(await emptyDatabase(engine), { onLogged: () => webhooks?.logged() });
  const domain = await domainOver(store, limits);
  const { clock, execute, account, service } = domain;
  const errors: unknown[] = [];
  const registry = new Registry();
  let webhooks: ReturnType<typeof startWebhooks> | undefined;

  function start(): void {
    webhooks = startWebhooks({
      store,
      clock,
      secretBox: domain.secretBox,
      limits: domain.limits,
      registry,
      random: () => 0.5,
      onError: (error) => errors.push(error),
      send: createHookSender({
        clock,
        limits: domain.limits,
        rules: { allow: [], loopback: true, ownPort: () => undefined },
      }),
    });
  }
  async function stop(): Promise<void> {
    await webhooks?.stop();
    webhooks = undefined;
    registry.clear();
  }
  start();
  onTestFinished(stop);

  return {
    ...domain,
    registry,
    errors,
    start,
    stop,
    wake: () => webhooks?.wake(),
    conversation: (friendlyName: string): Promise<ConversationRow> =>
      execute(createConversation, account, { service, friendlyName }, { webhooks: true }),
    say: (conversation: ConversationRow, body: string, webhooks = true) =>
      execute(sendMessage, account, { service, conversation, body }, { webhooks }),
    hookService: (url: string | null, filters = ['onMessageAdded'] as const) =>
      execute(updateWebhookConfiguration, account, { service, postWebhookUrl: url, filters: [...filters] }),
    hookConversation: (conversation: ConversationRow, input: object) =>
      execute(createConversationWebhook, account, { service, conversation, target: 'webhook', ...input }),
    /** Lets the time pass, `stepMs` at a time, until the condition holds; throws when it does not within 300 steps. */
    async until(condition: () => boolean | Promise<boolean>, stepMs = 500): Promise<void> {
      for (let step = 0; step < 300; step += 1) {
        await settled(store);
        if (await condition()) return;
        clock.advance(stepMs);
      }
      throw new Error('It did not happen.');
    },
    /** Lets that time pass. */
    async pass(ms: number, stepMs: number): Promise<void> {
      for (let passed = 0; passed < ms; passed += stepMs) {
        clock.advance(stepMs);
        await settled(store);
      }
    },
  };
}

/** Lets what can go on without time go on: connections on loopback and commits need some real milliseconds. */
async function settled(store: Store): Promise<void> {
  for (let calm = 0; calm < 2; ) {
    const { commits } = store.statistics();
    await new Promise((resolve) => setTimeout(resolve, 2));
    await turnsOfTheLoop();
    calm = commits === store.statistics().commits ? calm + 1 : 0;
  }
}
