/** What an entry of the event log tells of its subject. */
export interface Facts {
  text(name: string): string | undefined;
  number(name: string): number | undefined;
  flag(name: string): boolean | undefined;
  /** A member that holds facts of its own. */
  inner(name: string): Facts | undefined;
  /** The members of a list. */
  list(name: string): Facts[];
}

/** Reads a payload. Entries of older releases lack some facts: what is not there, or null, is undefined. */
export function readFacts(payload: string): Facts {
  return factsOf(JSON.parse(payload));
}

function factsOf(value: unknown): Facts {
  const members = new Map<string, unknown>(Object.entries(Object(value)));
  return {
    text(name) {
      const member = members.get(name);
      return typeof member === 'string' ? member : undefined;
    },
    number(name) {
      const member = members.get(name);
      return typeof member === 'number' ? member : undefined;
    },
    flag(name) {
      const member = members.get(name);
      return typeof member === 'boolean' ? member : undefined;
    },
    inner(name) {
      const member = members.get(name);
      return typeof member === 'object' && member !== null ? factsOf(member) : undefined;
    },
    list(name) {
      const member = members.get(name);
      return Array.isArray(member) ? member.map(factsOf) : [];
    },
  };
}
