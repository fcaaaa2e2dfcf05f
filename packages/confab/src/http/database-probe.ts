import type { ReadDb } from '../store/index.ts';

/** Who asks whether this node is ready (load balancers, orchestrators) waits a second or a few. */
const ANSWER_MS = 2000;

const KEPT_MS = 1000;

/**
 * Whether the database can be read now. Asked once at a time and at most once a second, however many want to know: what does not answer
 * must not be asked again and again. No answer within two seconds is a no.
 */
export function databaseProbe(read: ReadDb): () => Promise<boolean> {
  let known: Promise<boolean> | undefined;
  return () => {
    if (known === undefined) {
      const asked = canRead(read);
      known = within(ANSWER_MS, asked);
      void asked.then(() => {
        setTimeout(() => {
          known = undefined;
        }, KEPT_MS).unref();
      });
    }
    return known;
  };
}

async function canRead(read: ReadDb): Promise<boolean> {
  try {
    await read.selectFrom('meta').select('key').limit(1).execute();
    return true;
  } catch {
    // Whatever it is: requests would meet it, and log it.
    return false;
  }
}

async function within(ms: number, answer: Promise<boolean>): Promise<boolean> {
  const { promise: late, resolve } = Promise.withResolvers<boolean>();
  const timer = setTimeout(() => resolve(false), ms);
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}
