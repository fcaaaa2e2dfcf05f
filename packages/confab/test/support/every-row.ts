import { expect } from 'vitest';
import { type Fields, fieldsOf } from './raw-frames.ts';

/** Asks for a path, without the host that page URLs name. */
type Ask = (path: string) => Promise<{ status: number; text: string }>;

/** The whole list of the REST API at `path`, page by page. */
export async function everyRow(ask: Ask, path: string, pageSize: number): Promise<Fields[]> {
  const rows: Fields[] = [];
  let next: unknown = `${path}?PageSize=${pageSize}`;
  while (typeof next === 'string') {
    const { status, text } = await ask(next.replace(/^https?:\/\/[^/]+/, ''));
    expect(status, text).toBe(200);
    const { meta, ...list } = fieldsOf(JSON.parse(text));
    rows.push(...Object.values(list).flat().map(fieldsOf));
    next = fieldsOf(meta).next_page_url;
  }
  return rows;
}
