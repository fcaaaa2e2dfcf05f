import { mkdirSync } from 'node:fs';
import type { Server } from 'node:net';
import { hostname } from 'node:os';
import { Registry } from 'prom-client';
import { registerApi } from '../api/index.ts';
import { type Bus, createInProcessBus, createPostgresBus } from '../bus/index.ts';
import { type Clock, systemClock } from '../clock.ts';
import type { ResolvedConfig } from '../config/index.ts';
import { addConsole } from '../console/index.ts';
import {
  type Change,
  createCommandRunner,
  createKeyUses,
  type FirstCredentials,
  type FirstStartResult,
  firstStart,
  renewPresenceLease,
  resealSecrets,
  showFirstSecrets,
  startAnew,
} from '../domain/index.ts';
import { createEventFeed, startNatsExport } from '../events/index.ts';
import { createHttpApp, type MintedToken, type TokenRequest } from '../http/index.ts';
import { createLogger, type Logger } from '../logging.ts';
import { createTemporaryLinks, registerMedia } from '../media/index.ts';
import { createMessageTraces } from '../message-traces.ts';
import { createRealtime, type Realtime } from '../realtime/index.ts';
import { createMasterKey } from '../secrets/index.ts';
import { applySeed, readSeedFile, type Seed } from '../seed/index.ts';
import { lockDataFolder } from '../store/data-folder-lock.ts';
import { openStore, type Store, type WrapConnection } from '../store/index.ts';
import { startTimers } from '../timers/index.ts';
import {
  createHookSender,
  createHooksAfter,
  createPreAction,
  keepPreAction,
  startWebhooks,
} from '../webhooks/index.ts';
import { databaseClock } from './database-clock.ts';
import { type DiskSpace, startDiskGuard } from './disk-guard.ts';
import { startHousekeeping } from './housekeeping.ts';
import { keptMasterKey } from './kept-master-key.ts';
import { listeningUrl } from './listening-url.ts';
import { continuationKeys, mediaLinkKeys, secretBoxOf } from './master-keys.ts';
import { nodeMetrics } from './node-metrics.ts';
import { openMedia } from './open-media.ts';
import { rateMetrics } from './rate-metrics.ts';
import { observeStore } from './store-metrics.ts';
import { createTokenMint } from './token-mint.ts';
import { attachUpgrade } from './upgrade.ts';

/** Parts that tests and embedding programs may bring. */
export interface ServerParts {
  clock?: Clock | undefined;
  bus?: Bus | undefined;
  logger?: Logger | undefined;
  wrapConnection?: WrapConnection | undefined;
  /** In place of what the operating system says. */
  diskSpace?: DiskSpace | undefined;
  /** In place of the file that the configuration names. */
  seed?: Seed | undefined;
}

export interface RunningServer {
  /** Scheme, host and port that it listens on. */
  url: string;
  credentials: FirstStartResult;
  store: Store;
  /** Calls `show` unless the secrets of the first start have been shown, by whichever node; the next start shows what this throws on. */
  showSecrets(show: () => void): Promise<void>;
  mintToken(request: TokenRequest): Promise<MintedToken>;
  realtime: Pick<Realtime, 'sessions' | 'control' | 'tap'>;
  /** Empties the database and drops all clients; the first credentials are made anew. */
  reset(): Promise<FirstStartResult>;
  /** Finishes what is in flight, lets the clients go, closes the store. Safe to call twice. */
  stop(): Promise<void>;
}

/** What tells nodes apart for an operator: containers have a host name each, and processes of one machine a number. */
function nodeName(): string {
  return `${hostname()}-${process.pid}`;
}

/** Chat clients are let go within this; then their sockets are cut. */
const DRAIN_MS = 5000;

/** Connections that the kernel keeps till they are accepted: all of a node's clients dial at once when it comes back. */
const BACKLOG = 4096;

/**
 * Starts one node: store, bus, domain, sockets and HTTP. Throws ConfigError, MasterKeyError, DataFolderInUseError, SchemaError or
 * FirstStartError when it must not run, having let go of whatever it had taken.
 */
export async function startServer(
  { config, secrets }: ResolvedConfig,
  parts: ServerParts = {},
): Promise<RunningServer> {
  const { limits } = config;
  const logger = parts.logger ?? createLogger({ level: config.logLevel });
  const clock = parts.clock ?? systemClock();
  const seed = parts.seed ?? (config.seedFile === undefined ? undefined : await readSeedFile(config.seedFile));
  const taken: (() => unknown)[] = [];
  /** Gives back what was taken, the last first: the folder's lock goes when nothing writes in it any more. */
  async function release(): Promise<void> {
    for (const giveBack of taken.toReversed()) await giveBack();
  }
  try {
    mkdirSync(config.dataDir, { recursive: true, mode: 0o700 });
    if (secrets.databaseUrl === undefined) {
      const lock = lockDataFolder(config.dataDir);
      taken.push(() => lock.release());
    }
    const masterKey = secrets.masterKey ?? keptMasterKey(config.dataDir) ?? createMasterKey(config.dataDir);
    const { masterKeyPrevious } = secrets;
    const secretBox = secretBoxOf(masterKey, masterKeyPrevious);

    const onBackgroundError = (error: unknown): void => logger.warn({ err: error }, 'background work failed');
    const databaseTimes = { connectMs: limits.databaseConnectMs, answerMs: limits.databaseAnswerMs };
    const bus =
      parts.bus ??
      (secrets.databaseUrl === undefined
        ? createInProcessBus()
        : await createPostgresBus(secrets.databaseUrl, { times: databaseTimes, clock, onError: onBackgroundError }));
    taken.push(() => bus.close());
    const traces = createMessageTraces();
    let countMessages: (changes: readonly Change[]) => void = () => {};
    const store = await openStore(
      secrets.databaseUrl === undefined
        ? { engine: 'sqlite', folder: config.dataDir }
        : { engine: 'postgres', url: secrets.databaseUrl },
      {
        maxBatch: limits.batchCommands,
        maxWaiting: limits.commandsWaiting,
        databaseTimes,
        onCommit(changeSet) {
          traces.committed(changeSet.changes, clock.now());
          countMessages(changeSet.changes);
          bus.publish(changeSet);
        },
        onLogged: () => bus.publishLogged(),
        onBackgroundError,
        ...(parts.wrapConnection !== undefined && { wrapConnection: parts.wrapConnection }),
      },
    );
    taken.push(() => store.close());

    const given: FirstCredentials = {
      ...config.firstCredentials,
      authToken: secrets.authToken,
      apiSecret: secrets.apiSecret,
    };
    let credentials = await firstStart(store, secretBox, given, clock.now());
    if (masterKeyPrevious !== undefined) {
      const resealed = await resealSecrets(store, secretBox);
      logger.info({ resealed }, 'secrets are sealed under the present master key');
    }

    // A clock that is brought along is the only one there is.
    const domainClock = parts.clock ?? (await sharedClock());
    async function sharedClock(): Promise<Clock> {
      const shared = await databaseClock(clock, store, onBackgroundError);
      taken.push(() => shared.stop());
      return shared;
    }
    async function sow(): Promise<void> {
      if (seed === undefined) return;
      const outcome = await applySeed(seed, { store, secretBox, clock: domainClock, limits, fixedSids: config.dev });
      if (outcome === 'other')
        logger.warn('the data was made from another seed and is left as it is: reset it for this one');
    }
    await sow();
    const registry = new Registry();
    const onRateExceeded = rateMetrics(registry);
    const disk = startDiskGuard({
      folder: config.dataDir,
      freePercent: limits.freeDiskPercent,
      // PostgreSQL's disk is not known here, and that of the data folder holds none of its data.
      refused: store.engine === 'sqlite' ? 'changes' : 'files',
      clock,
      logger,
      registry,
      diskSpace: parts.diskSpace,
    });
    taken.push(() => disk.stop());
    const admit = store.engine === 'sqlite' ? disk.admit : undefined;
    let ownPort: number | undefined;
    const rules = { allow: config.webhookAllow, loopback: config.dev, ownPort: () => ownPort };
    const send = createHookSender({ clock, rules, limits });
    const preAction = createPreAction({
      read: store.read,
      secretBox,
      send,
      limits,
      onAttempt: (attempt) => void keepPreAction(store, attempt, domainClock.now()).catch(onBackgroundError),
    });
    const execute = createCommandRunner({
      store,
      clock: domainClock,
      limits,
      before: [preAction],
      admit,
      // By the clock of this node, as all else in a trace.
      onChanges: (changes, since) => traces.received(changes, clock.now() - (domainClock.now() - since)),
      onRateExceeded,
    });
    observeStore(registry, store);
    countMessages = nodeMetrics(registry, store, nodeName());
    const keyUses = createKeyUses();
    const shared = {
      keyUses,
      read: store.read,
      execute,
      secretBox,
      clock,
      limits,
      joinPolicy: config.join,
      logger,
      traces,
    };
    const realtime = createRealtime({
      ...shared,
      registry,
      continuationKeys: continuationKeys(masterKey, masterKeyPrevious),
      renewLease(node, ms) {
        const now = domainClock.now();
        return renewPresenceLease(store, node, now, now + ms);
      },
      tellTyping: (typing) => bus.tellTyping(typing),
      epoch: () => credentials.epoch,
      dev: config.dev,
    });
    const listenersEnd = new AbortController();
    const webhooks = startWebhooks({
      store,
      clock: domainClock,
      secretBox,
      send,
      limits,
      registry,
      onError: onBackgroundError,
    });
    taken.push(() => webhooks.stop());
    const { natsServers } = secrets;
    const nats =
      natsServers === undefined
        ? undefined
        : startNatsExport({
            store,
            clock: domainClock,
            servers: natsServers,
            config: config.nats,
            registry,
            logger,
            onError: onBackgroundError,
          });
    if (nats !== undefined) taken.push(() => nats.stop());
    const events = createEventFeed(store);
    bus.listen({
      logged() {
        webhooks.logged();
        nats?.wake();
        events.grown();
      },
      changed: (changeSet) => realtime.changed(changeSet),
      touched: (touches, rechecks) => realtime.touched(touches, rechecks),
      typing: (typing) => realtime.typing(typing),
      reconnected: () => realtime.compareNow(),
    });

    const defaultSids = () => ({ apiKey: credentials.apiKeySid, chatServiceSid: credentials.chatServiceSid });
    const mintToken = createTokenMint({ ...shared, defaultSids });

    const media = openMedia({ config, secrets, execute, clock: domainClock, logger, requireRoom: disk.admit });
    taken.push(
      startHousekeeping({ store, execute, media, clock: domainClock, limits, keyUses, onError: onBackgroundError }),
    );
    const timers = startTimers({ read: store.read, execute, clock: domainClock, logger });
    taken.push(() => timers.stop());

    let ready = false;
    const app = createHttpApp({ ...shared, config, metrics: registry, isReady: () => ready, mintToken, defaultSids });
    registerApi(app, {
      ...shared,
      config,
      events,
      sessions: (filter) => realtime.sessions(filter),
      connections: {
        node: nodeName(),
        list: (filter) => realtime.sessions(filter),
        tap: (filter, accountSid) => realtime.tap(filter, accountSid),
      },
      wakeTimers: () => timers.wake(),
      wakeWebhooks: () => webhooks.wake(),
      hooksAfter: createHooksAfter(store, clock, listenersEnd.signal),
    });
    addConsole(app, { ...shared, config });
    registerMedia(app, {
      ...shared,
      clock: domainClock,
      config,
      library: media.library,
      links: createTemporaryLinks({
        keys: mediaLinkKeys(masterKey, masterKeyPrevious),
        clock: domainClock,
        seconds: limits.mediaLinkSeconds,
      }),
      userOf: (token) => realtime.userOf(token),
    });
    attachUpgrade(app.server, realtime, config, logger);
    await app.listen({ port: config.port, host: config.host, backlog: BACKLOG });
    ownPort = portOf(app.server.address());
    ready = true;

    let stopping: Promise<void> | undefined;
    async function stop(): Promise<void> {
      ready = false;
      listenersEnd.abort();
      const closed = app.close();
      // A file may come or go for an hour.
      const cutOff = setTimeout(() => app.server.closeAllConnections(), DRAIN_MS);
      await realtime.drain(DRAIN_MS);
      await closed;
      clearTimeout(cutOff);
      await release();
    }

    return {
      url: listeningUrl(app.server.address(), config),
      credentials,
      store,
      realtime,
      showSecrets: (show) => showFirstSecrets(store, show),
      mintToken,
      async reset() {
        credentials = await startAnew(store, secretBox, given, clock.now());
        await sow();
        realtime.dropAll();
        return credentials;
      },
      stop() {
        stopping ??= stop();
        return stopping;
      },
    };
  } catch (error) {
    await release();
    throw error;
  }
}

function portOf(address: ReturnType<Server['address']>): number | undefined {
  return typeof address === 'object' && address !== null ? address.port : undefined;
}
