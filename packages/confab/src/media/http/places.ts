import { HttpError } from '../../http/index.ts';

/** Takes a place, for whoever is counted by themselves. Returns how to leave it. Throws a refusal (429, 503) when there is none. */
export type Enter = (principal: string | undefined) => () => void;

/** So many places in all, and so many for each. */
export function places({ all, each, full }: { all: number; each: number; full: string }): Enter {
  const taken = new Map<string, number>();
  let sum = 0;
  const again = { headers: { 'Retry-After': '1' } };

  return (principal) => {
    const own = principal === undefined ? 0 : (taken.get(principal) ?? 0);
    if (own >= each) throw new HttpError(429, 20429, 'Too Many Requests', again);
    if (sum >= all) throw new HttpError(503, 20503, full, again);
    if (principal !== undefined) taken.set(principal, own + 1);
    sum += 1;
    let left = false;
    return () => {
      if (left) return;
      left = true;
      sum -= 1;
      if (principal === undefined) return;
      const others = (taken.get(principal) ?? 1) - 1;
      if (others === 0) taken.delete(principal);
      else taken.set(principal, others);
    };
  };
}
