import { newRandomSid } from '../../sid.ts';
import { appendAccountEvent } from '../account/append-account-event.ts';
import { requireAccount } from '../account/require-main.ts';
import type { Command } from '../command.ts';
import { checkLength } from '../text.ts';
import { checkTypes, checkVariables } from './check-content.ts';
import type { ContentRow } from './queries.ts';

export interface CreateContentInput {
  friendlyName?: string | undefined;
  language?: string | undefined;
  /** JSON objects, as text. */
  variables?: string | undefined;
  types: string;
}

interface Plan extends CreateContentInput {
  variables: string;
}

/** RFC 5646 has nothing longer in use. */
const LANGUAGE_CHARACTERS = 35;

/** Makes a content template, for all services of the account. For account credentials. */
export const createContent: Command<CreateContentInput, Plan, ContentRow> = {
  name: 'createContent',
  prepare({ actor, limits }, { variables = '{}', ...input }) {
    requireAccount(actor);
    const { friendlyName, language, types } = input;
    if (friendlyName !== undefined)
      checkLength('friendly_name', friendlyName, limits.contentFriendlyNameCharacters, 20001);
    if (language !== undefined) checkLength('language', language, LANGUAGE_CHARACTERS, 20001);
    checkVariables('variables', variables, limits.contentBytes);
    checkTypes(types, limits.contentBytes);
    return { ...input, variables };
  },
  async transact(context, { friendlyName, language = 'en', variables, types }) {
    const { actor, db, now } = context;
    const { account } = requireAccount(actor);
    const row = await db
      .insertInto('contents')
      .values({
        sid: newRandomSid('HX'),
        account_id: account.id,
        friendly_name: friendlyName ?? null,
        language,
        variables,
        types,
        created_at: now,
        updated_at: now,
      })
      .returningAll()
      .executeTakeFirstOrThrow();
    await appendAccountEvent(context, 'content.added', {
      sid: row.sid,
      friendly_name: row.friendly_name,
      language,
      variables,
      types,
      created_at: now,
    });
    return row;
  },
};
