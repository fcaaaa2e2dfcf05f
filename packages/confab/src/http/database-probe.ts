import type { ReadDb } from '../store/index.ts';

/** Who asks whether this node is ready (load balancers, orchestrators) waits a second or a few. */
const ANSWER_MS = 2000;

const KEPT_MS = 1000;

/**
 * The epoch of the database, if it can be read now. Asked once at a time and at most once a second, however many want to know: what does not answer
 * must not be asked again and again. No answer within two seconds is a no.
 */
export function databaseProbe(read: ReadDb): () => Promise<string | undefined> {
  let known: Promise<string | undefined> | undefined;
  return () => {
    if (known === undefined) {
      const asked = epochOf(read);
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

async function epochOf(read: ReadDb): Promise<string | undefined> {
  try {
    return (await read.selectFrom('meta').select('value').where('key', '=', 'epoch').executeTakeFirst())?.value;
  } catch {
    // Whatever it is: requests would meet it, and log it.
    return undefined;
  }
}

async function within<Answer>(ms: number, answer: Promise<Answer | undefined>): Promise<Answer | undefined> {
  const { promise: late, resolve } = Promise.withResolvers<undefined>();
  const timer = setTimeout(() => resolve(undefined), ms);
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}
