import {
  type ErasureRow,
  erasePerson,
  findErasure,
  invalidParameter,
  type KnownBy,
  listErasures,
} from '../domain/index.ts';
import { isoSeconds } from './dates.ts';
import { type Call, mainServiceOperation } from './operation.ts';
import { PAGE_PARAMS, page } from './paging.ts';
import { oneOf, text } from './params.ts';

const MESSAGES = ['keep', 'pseudonymise', 'delete'] as const;

/** Erasing people, as jobs that are done in the background. Not of the original service. */
export const erasureOperations = [
  mainServiceOperation({
    id: 'CreateErasure',
    root: '/confab/v1',
    method: 'POST',
    path: '/Erasures',
    status: 202,
    params: { Identity: text, Address: text, Messages: oneOf(MESSAGES) },
    async handle(call, given) {
      const { service } = call;
      if (given.Messages === undefined) {
        // What cannot be taken back is not guessed.
        throw invalidParameter(
          `Say what becomes of their messages: Messages is one of ${MESSAGES.join(', ')}.`,
          'Messages',
        );
      }
      const { execute, secretBox } = call.context;
      const person = { secretBox, service, ...personOf(given), messages: given.Messages };
      return erasureView(call, await execute(erasePerson, call.actor, person));
    },
  }),
  mainServiceOperation({
    id: 'ListErasure',
    root: '/confab/v1',
    method: 'GET',
    path: '/Erasures',
    status: 200,
    params: PAGE_PARAMS,
    async handle(call, given) {
      const { service } = call;
      const { read, limits } = call.context;
      return page(given, limits, {
        key: 'erasures',
        url: `${call.base}/Erasures`,
        order: 'desc',
        rows: (range) => listErasures(read, service.id, range),
        keyOf: (row) => row.id,
        view: (row) => erasureView(call, row),
      });
    },
  }),
  mainServiceOperation({
    id: 'FetchErasure',
    root: '/confab/v1',
    method: 'GET',
    path: '/Erasures/{Sid}',
    status: 200,
    params: {},
    async handle(call) {
      const { service } = call;
      const row = await findErasure(call.context.read, service.id, call.path('Sid'));
      if (row === undefined) throw call.notFound();
      return erasureView(call, row);
    },
  }),
];

/** Whom a request is about: a person goes by an identity or by an address. */
export function personOf(given: { Identity: string | undefined; Address: string | undefined }): {
  knownBy: KnownBy;
  name: string;
} {
  const { Identity: identity, Address: address } = given;
  if (identity !== undefined && address === undefined) return { knownBy: 'identity', name: identity };
  if (address !== undefined && identity === undefined) return { knownBy: 'address', name: address };
  throw invalidParameter('Say whom it is about: give either Identity or Address.', 'Identity');
}

/** Never with the name: it is what is being erased. */
function erasureView(call: Call, row: ErasureRow) {
  return {
    sid: row.sid,
    account_sid: row.account_sid,
    chat_service_sid: row.service_sid,
    known_by: row.known_by,
    name_hash: row.name_hash,
    pseudonym: row.pseudonym,
    messages: row.messages,
    status: row.status,
    step: row.step,
    memberships_ended: row.memberships_ended,
    messages_changed: row.messages_changed,
    log_entries_redacted: row.entries_redacted,
    date_created: isoSeconds(row.created_at),
    date_completed: row.completed_at === null ? null : isoSeconds(row.completed_at),
    url: `${call.base}/Erasures/${row.sid}`,
  };
}
