import type { Subject } from './subject.ts';

/** Where facts name whom they are about. What else they name (who made a conversation, who changed a message) is only renamed. */
const NAMED_IN = ['identity', 'author', 'address', 'projected_address'] as const;

/** What stays of a fact about an erased person besides numbers: ids, and in which state things were. */
const SID = /^[A-Z]{2}[0-9a-f]{32}$/i;

interface Fact {
  kind: string;
  actor: string;
  payload: string;
}

/**
 * The fact without the person; undefined when it does not name them. A fact about them keeps SIDs, times and indexes, so that whoever reads
 * the log on still knows what happened to what; everything else goes, also what later releases add. Facts about messages follow what becomes
 * of the messages. In a fact about something else the name becomes the pseudonym.
 */
export function redactFact(fact: Fact, subject: Subject): { actor: string; payload: string } | undefined {
  const { name, pseudonym } = subject;
  const isMessage = fact.kind.startsWith('message.');
  if (isMessage && subject.messages === 'keep') return undefined;
  const byThem = subject.knownBy === 'identity' && fact.actor === name;
  // As it stands in JSON, and so only there: what does not even hold the text need not be parsed.
  const mentioned = fact.payload.includes(JSON.stringify(name));
  if (!byThem && !mentioned) return undefined;
  const actor = byThem ? pseudonym : fact.actor;
  if (!mentioned) return { actor, payload: fact.payload };
  const payload: unknown = JSON.parse(fact.payload);
  const isAbout = isRecord(payload) && NAMED_IN.some((key) => payload[key] === name);
  const strips = isAbout && !(isMessage && subject.messages === 'pseudonymise');
  return { actor, payload: JSON.stringify(strips ? stripped(payload, subject) : renamed(payload, subject)) };
}

/** The value with the pseudonym wherever a member is exactly the name. Undefined when it is not in it. */
export function redactJson(json: string | null, subject: Subject): string | undefined {
  if (json === null || !json.includes(JSON.stringify(subject.name))) return undefined;
  return JSON.stringify(renamed(JSON.parse(json), subject));
}

function stripped(payload: Readonly<Record<string, unknown>>, { name, pseudonym }: Subject): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(payload).map(([key, value]) => {
      if (key === 'attributes') return [key, '{}'];
      // An address is no place for a pseudonym that nobody can be reached at.
      if (value === name) return [key, key.endsWith('address') ? null : pseudonym];
      const stays =
        typeof value === 'number' || typeof value === 'boolean' || (typeof value === 'string' && SID.test(value));
      return [key, stays ? value : null];
    }),
  );
}

function renamed(value: unknown, subject: Subject): unknown {
  if (value === subject.name) return subject.pseudonym;
  if (Array.isArray(value)) return value.map((item) => renamed(item, subject));
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, renamed(item, subject)]));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
