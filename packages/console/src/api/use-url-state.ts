import { useSearchParams } from 'wouter';

/** A value that stands in the page's address, so that it can be sent to somebody and survives a reload. Empty: it is not there. */
export function useUrlState(name: string): [value: string, set: (value: string) => void] {
  const [params, setParams] = useSearchParams();
  return [
    params.get(name) ?? '',
    (value) =>
      setParams(
        (before) => {
          const next = new URLSearchParams(before);
          if (value === '') next.delete(name);
          else next.set(name, value);
          return next;
        },
        { replace: true },
      ),
  ];
}
