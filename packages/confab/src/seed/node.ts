import { SeedError } from './seed.ts';

export type Path = readonly (string | number)[];

/** The members of a mapping, taken one by one by name and form; what nobody took is a mistake (`done`). */
export interface Members {
  readonly place: string;
  text(name: string): string | undefined;
  /** A whole number from 0. */
  index(name: string): number | undefined;
  oneOf<Value extends string>(name: string, values: readonly Value[]): Value | undefined;
  texts(name: string): string[] | undefined;
  /** JSON, as text or as what it stands for. */
  json(name: string): string | undefined;
  /** In ms. */
  time(name: string): number | undefined;
  list<Item>(name: string, read: (members: Members, at: number) => Item): Item[];
  /** As others, which must be there. */
  required<Value>(name: string, value: Value | undefined): Value;
  done(): void;
}

/** Reads a mapping that may be anything. `lineOf` knows where things stand in a file. Throws SeedError. */
export function membersOf(value: unknown, path: Path, lineOf: (path: Path) => number | undefined): Members {
  const place = placeOf(path, lineOf(path));
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new SeedError(`${place} must be a mapping of names and values.`);
  }
  const members = new Map<string, unknown>(Object.entries(value));
  const taken = new Set<string>();

  function fail(name: string | Path, fault: string): never {
    const at = [...path, ...[name].flat()];
    throw new SeedError(`${placeOf(at, lineOf(at))} ${fault}`);
  }
  /** Nothing after a name is the same as no name. */
  function take(name: string): unknown {
    taken.add(name);
    return members.get(name) ?? undefined;
  }
  function text(name: string): string | undefined {
    const given = take(name);
    if (given === undefined || typeof given === 'string') return given;
    // Unquoted in YAML: a phone number, a body that is `42`.
    if (typeof given === 'number' || typeof given === 'boolean') return String(given);
    return fail(name, 'must be a text.');
  }
  function listAt(name: string): unknown[] {
    const given = take(name) ?? [];
    return Array.isArray(given) ? given : fail(name, 'must be a list.');
  }

  return {
    place,
    text,
    index(name) {
      const given = take(name);
      if (given === undefined || (Number.isSafeInteger(given) && Number(given) >= 0))
        return given === undefined ? undefined : Number(given);
      return fail(name, 'must be a whole number from 0.');
    },
    oneOf(name, values) {
      const given = take(name);
      const found = values.find((one) => one === given);
      return given === undefined || found !== undefined ? found : fail(name, `must be one of ${values.join(', ')}.`);
    },
    texts(name) {
      if (members.get(name) === undefined) return undefined;
      return listAt(name).map((item, at) => (typeof item === 'string' ? item : fail([name, at], 'must be a text.')));
    },
    json(name) {
      const given = take(name);
      return given === undefined || typeof given === 'string' ? given : JSON.stringify(given);
    },
    time(name) {
      const given = take(name);
      if (given === undefined) return undefined;
      const ms = given instanceof Date ? given.getTime() : typeof given === 'string' ? Date.parse(given) : Number.NaN;
      return Number.isNaN(ms) ? fail(name, 'must be a time such as 2026-11-24T09:30:00Z.') : ms;
    },
    list: (name, read) =>
      listAt(name).map((item, at) => {
        const inner = membersOf(item, [...path, name, at], lineOf);
        const result = read(inner, at);
        inner.done();
        return result;
      }),
    required: (name, value) => value ?? fail([], `needs ${name}.`),
    done() {
      const unknown = [...members.keys()].find((name) => !taken.has(name));
      if (unknown !== undefined) fail(unknown, `is not known here. Known are ${[...taken].join(', ')}.`);
    },
  };
}

/** `conversations[0].messages[3] (line 12)` */
function placeOf(path: Path, line: number | undefined): string {
  const name = path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${part}`)).join('');
  const where = line === undefined ? '' : ` (line ${line})`;
  return `${name === '' ? 'The seed' : name.replace(/^\./, '')}${where}`;
}
