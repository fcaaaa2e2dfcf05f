import { type ContentRow, createContent, deleteContent, findContent, listContents } from '../domain/index.ts';
import { accountOperation, type Call } from './operation.ts';
import { PAGE_PARAMS, page } from './paging.ts';
import { described, required, text } from './params.ts';

/** Content templates, as the official helpers make them: in JSON, other than the rest of the API (protocol 10.7). */
export const contentOperations = [
  accountOperation({
    id: 'CreateContent',
    method: 'POST',
    path: '/Content',
    json: true,
    status: 201,
    params: {
      friendly_name: text,
      language: text,
      variables: described('An object: the value of each variable that a sender gives none for', text),
      types: described('An object: what the message looks like, by variant, such as `twilio/text`', required(text)),
    },
    async handle(call, { friendly_name: friendlyName, ...given }) {
      return contentView(call, await call.context.execute(createContent, call.actor, { friendlyName, ...given }));
    },
  }),
  accountOperation({
    id: 'ListContent',
    method: 'GET',
    path: '/Content',
    status: 200,
    params: PAGE_PARAMS,
    handle(call, given) {
      const { read, limits } = call.context;
      return page(given, limits, {
        key: 'contents',
        url: `${call.base}/Content`,
        order: 'asc',
        rows: (range) => listContents(read, call.actor.account.id, range),
        keyOf: (row) => row.id,
        view: (row) => contentView(call, row),
      });
    },
  }),
  accountOperation({
    id: 'FetchContent',
    method: 'GET',
    path: '/Content/{Sid}',
    status: 200,
    params: {},
    async handle(call) {
      const row = await findContent(call.context.read, call.actor.account.id, call.path('Sid'));
      if (row === undefined) throw call.notFound();
      return contentView(call, row);
    },
  }),
  accountOperation({
    id: 'DeleteContent',
    method: 'DELETE',
    path: '/Content/{Sid}',
    status: 204,
    params: {},
    handle: (call) => call.context.execute(deleteContent, call.actor, { contentSid: call.path('Sid') }),
  }),
];

function contentView({ base, actor }: Call, row: ContentRow) {
  const variables: unknown = JSON.parse(row.variables);
  const types: unknown = JSON.parse(row.types);
  return {
    sid: row.sid,
    account_sid: actor.account.sid,
    friendly_name: row.friendly_name,
    language: row.language,
    variables,
    types,
    date_created: new Date(row.created_at).toISOString(),
    date_updated: new Date(row.updated_at).toISOString(),
    url: `${base}/Content/${row.sid}`,
    // Nobody approves templates here.
    links: {},
  };
}
