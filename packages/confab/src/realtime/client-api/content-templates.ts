import { accountOfService, type ContentRow, invalidParameter, listContents } from '../../domain/index.ts';
import { isoTime } from '../sync/item-data.ts';
import type { TunnelRequest, TunnelResponse } from '../tunnel/tunnel-request.ts';
import type { ClientContext } from './context.ts';

/** The account's content templates, page by page until `next_token` is null (protocol 7.2, no. 21). */
export async function getContentTemplates(context: ClientContext, request: TunnelRequest): Promise<TunnelResponse> {
  const { actor, read, limits } = context;
  const token = request.query('PageToken');
  if (token !== undefined && !/^\d{1,15}$/.test(token)) throw invalidParameter('PageToken is not valid.');
  const from = token === undefined ? undefined : Number(token);
  const size = limits.pageSizeMaximum;
  const accountId = await accountOfService(read, actor.service.id);
  const rows = await listContents(read, accountId, { order: 'asc', from, limit: size + 1 });
  const next = rows[size]?.id;
  const meta = { previous_token: null, next_token: next === undefined ? null : String(next) };
  return { status: 200, body: { templates: rows.slice(0, size).map(templateView), meta } };
}

/** Variables are text, variants are objects (protocol 10.7). */
function templateView(row: ContentRow) {
  const variants: unknown = JSON.parse(row.types);
  return {
    sid: row.sid,
    friendly_name: row.friendly_name,
    variables: row.variables,
    variants,
    date_created: isoTime(row.created_at),
    date_updated: isoTime(row.updated_at),
  };
}
