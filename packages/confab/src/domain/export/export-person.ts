import type { KnownBy, ReadDb } from '../../store/seam.ts';
import type { ServiceRef } from '../actor.ts';
import { participants } from '../participant/queries.ts';
import { findUser } from '../user/queries.ts';
import { bindingLine, conversationLine, type ExportLine, messageLine, participantLine, userLine } from './lines.ts';

/** Rows that are read at once, and messages that are looked at. */
const PAGE = 200;
const LOOKED_AT = 1000;

export interface Person {
  service: ServiceRef;
  knownBy: KnownBy;
  /** The identity or address. */
  name: string;
}

/**
 * All that is stored of a person in a service, a line each: the user and their devices, where they take part, the conversations that they
 * made, and what they wrote, also where they are in no more. Looks through all messages, a chunk at a time.
 */
export async function* exportPerson(read: ReadDb, person: Person): AsyncGenerator<ExportLine> {
  if (person.knownBy === 'identity') yield* profile(read, person);
  yield* memberships(read, person);
  yield* conversationsMade(read, person);
  yield* messagesWritten(read, person);
}

async function* profile(read: ReadDb, { service, name }: Person): AsyncGenerator<ExportLine> {
  const user = await findUser(read, service.id, name);
  if (user === undefined) return;
  yield userLine(user);
  // A user has a few devices: the number is limited.
  const bindings = await read.selectFrom('bindings').selectAll().where('user_id', '=', user.id).limit(PAGE).execute();
  yield* bindings.map(bindingLine);
}

async function* memberships(read: ReadDb, { service, knownBy, name }: Person): AsyncGenerator<ExportLine> {
  const user = knownBy === 'identity' ? await findUser(read, service.id, name) : undefined;
  if (knownBy === 'identity' && user === undefined) return;
  for (let after = 0; ; ) {
    const page = await participants(read)
      .innerJoin('conversations', 'conversations.id', 'participants.conversation_id')
      .select('conversations.sid as conversation_sid')
      .where('conversations.service_id', '=', service.id)
      .where(({ eb, or }) =>
        user === undefined
          ? or([eb('participants.address', '=', name), eb('participants.projected_address', '=', name)])
          : eb('participants.user_id', '=', user.id),
      )
      .where('participants.id', '>', after)
      .orderBy('participants.id')
      .limit(PAGE)
      .execute();
    for (const row of page) yield participantLine(row, row.conversation_sid);
    const last = page.at(-1);
    if (last === undefined) return;
    after = last.id;
  }
}

async function* conversationsMade(read: ReadDb, { service, name }: Person): AsyncGenerator<ExportLine> {
  for (let after = 0; ; ) {
    const page = await read
      .selectFrom('conversations')
      .selectAll()
      .where('service_id', '=', service.id)
      .where('id', '>', after)
      .orderBy('id')
      .limit(PAGE)
      .execute();
    for (const row of page) if (row.created_by === name && row.deleted_at === null) yield conversationLine(row);
    const last = page.at(-1);
    if (last === undefined) return;
    after = last.id;
  }
}

async function* messagesWritten(read: ReadDb, { service, name }: Person): AsyncGenerator<ExportLine> {
  for (let after = 0; ; ) {
    const looked = await read
      .selectFrom('messages')
      .select('id')
      .where('id', '>', after)
      .orderBy('id')
      .limit(LOOKED_AT)
      .execute();
    const last = looked.at(-1);
    if (last === undefined) return;
    const written = await read
      .selectFrom('messages')
      .innerJoin('conversations', 'conversations.id', 'messages.conversation_id')
      .selectAll('messages')
      .select('conversations.sid as conversation_sid')
      .where('conversations.service_id', '=', service.id)
      .where('conversations.deleted_at', 'is', null)
      .where('messages.id', '>', after)
      .where('messages.id', '<=', last.id)
      .where('messages.author', '=', name)
      .orderBy('messages.id')
      .execute();
    for (const row of written) yield messageLine(row, row.conversation_sid);
    after = last.id;
  }
}
