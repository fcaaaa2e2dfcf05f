/** What failing hooks are tried again for (`rp`). */
export type RetryPolicy = '4xx' | '5xx' | 'ct' | 'rt';

/** What the fragment of a hook's URL says about connections (webhooks 3). Absent: the server's own rule. */
export interface ConnectionOverrides {
  /** `ct`: ms until connected. */
  connectMs?: number;
  /** `rt`: ms between the request and the answer's first byte. */
  readMs?: number;
  /** `tt`: ms for one try, as a whole. */
  totalMs?: number;
  /** `rc`: tries after the first. */
  retries?: number;
  /** `rp`. */
  retryOn?: ReadonlySet<RetryPolicy>;
  /** `body=json`, which only Confab has: the parameters as a JSON object, signed by its digest (webhooks 6). */
  json?: true;
}

const SHORTEST_MS = 100;
const LONGEST_CONNECT_MS = 10_000;
const LONGEST_MS = 15_000;
const MOST_RETRIES = 5;

const ALL_POLICIES: readonly RetryPolicy[] = ['4xx', '5xx', 'ct', 'rt'];

/** Reads `#ct=2000&rc=2&rp=5xx,ct`. Numbers are brought into their bounds; what is not understood is as if it were not there. */
export function connectionOverrides(url: string): ConnectionOverrides {
  const start = url.indexOf('#');
  if (start === -1) return {};
  const given = new URLSearchParams(url.slice(start + 1));
  const connectMs = numberIn(given.get('ct'), SHORTEST_MS, LONGEST_CONNECT_MS);
  const readMs = numberIn(given.get('rt'), SHORTEST_MS, LONGEST_MS);
  const totalMs = numberIn(given.get('tt'), SHORTEST_MS, LONGEST_MS);
  const retries = numberIn(given.get('rc'), 0, MOST_RETRIES);
  const retryOn = policiesIn(given.get('rp'));
  return {
    ...(connectMs !== undefined && { connectMs }),
    ...(readMs !== undefined && { readMs }),
    ...(totalMs !== undefined && { totalMs }),
    ...(retries !== undefined && { retries }),
    ...(retryOn.size > 0 && { retryOn }),
    ...(given.get('body') === 'json' && { json: true }),
  };
}

function numberIn(text: string | null, least: number, most: number): number | undefined {
  return text !== null && /^[0-9]{1,9}$/.test(text) ? Math.min(Math.max(Number(text), least), most) : undefined;
}

function policiesIn(text: string | null): ReadonlySet<RetryPolicy> {
  const names = (text ?? '').split(',');
  return new Set(names.includes('all') ? ALL_POLICIES : ALL_POLICIES.filter((policy) => names.includes(policy)));
}
