import { registerApi } from '../../src/api/index.ts';
import { manualClock } from '../../src/clock.ts';
import { resolveConfig } from '../../src/config/index.ts';
import { createHttpApp } from '../../src/http/index.ts';
import { createLogger } from '../../src/logging.ts';
import type { ReadDb } from '../../src/store/index.ts';
import { type Fields, fieldsOf } from '../support/raw-frames.ts';
import { createRestContext } from '../support/rest-context.ts';
import type { ExpectedState } from './expected-state.ts';
import type { Template } from './template.ts';

/** Small, so that lists have pages. */
const PAGE_SIZE = 5;

/** All that the REST API tells of the service, page by page, in the words of the state that is expected. */
export async function restView(read: ReadDb, template: Template, now: number): Promise<RestView> {
  const [{ sid: apiKey, secret }] = template.keys;
  const { chatServiceSid, secretBox } = template;
  const context = createRestContext({
    config: resolveConfig({}).config,
    read,
    execute: () => Promise.reject(new Error('Nothing is changed by looking.')),
    secretBox,
    clock: manualClock(now),
    logger: createLogger({ level: 'silent' }),
    defaultSids: () => ({ apiKey, chatServiceSid }),
  });
  const app = createHttpApp(context);
  registerApi(app, context);
  const authorization = `Basic ${Buffer.from(`${apiKey}:${secret}`).toString('base64')}`;

  async function list(path: string, key: string): Promise<Fields[]> {
    const rows: Fields[] = [];
    let next: unknown = `/v1/Services/${chatServiceSid}/${path}?PageSize=${PAGE_SIZE}`;
    while (typeof next === 'string') {
      const { statusCode, body } = await app.inject({ url: next, headers: { authorization, host: 'localhost' } });
      const answer = fieldsOf(JSON.parse(body));
      const items = answer[key];
      if (statusCode !== 200 || !Array.isArray(items)) throw new Error(`${next} answered ${statusCode} ${body}`);
      rows.push(...items.map(fieldsOf));
      next = fieldsOf(answer.meta).next_page_url;
    }
    return rows;
  }

  try {
    const conversations: RestView['conversations'] = {};
    for (const { sid, friendly_name, attributes, state } of await list('Conversations', 'conversations')) {
      const messages = await list(`Conversations/${sid}/Messages`, 'messages');
      const participants = await list(`Conversations/${sid}/Participants`, 'participants');
      conversations[String(sid)] = {
        friendlyName: friendly_name,
        attributes,
        state,
        messages: messages.map(({ sid, index, body, attributes, author }) => [sid, index, body, attributes, author]),
        participants: participants.map(({ sid, identity, attributes, role_sid, last_read_message_index: horizon }) => [
          sid,
          identity,
          attributes,
          role_sid,
          horizon,
        ]),
      };
    }
    const users = await list('Users', 'users');
    return { conversations, users: users.map(({ sid, identity, friendly_name }) => [sid, identity, friendly_name]) };
  } finally {
    await app.close();
  }
}

export interface RestView {
  conversations: Record<string, object>;
  users: unknown[][];
}

/** What REST has to tell. */
export function expectedRestView({ conversations, users }: ExpectedState): RestView {
  return {
    conversations: Object.fromEntries(
      [...conversations].map(([sid, { friendlyName, attributes, state, messages, participants }]) => [
        sid,
        {
          friendlyName,
          attributes,
          state,
          messages: [...messages].map(([sid, { index, body, attributes, author }]) => [
            sid,
            index,
            body,
            attributes,
            author,
          ]),
          participants: [...participants].map(([sid, { identity, attributes, roleSid, horizon }]) => [
            sid,
            identity,
            attributes,
            roleSid,
            horizon,
          ]),
        },
      ]),
    ),
    users: [...users].map(([sid, { identity, friendlyName }]) => [sid, identity, friendlyName]),
  };
}
