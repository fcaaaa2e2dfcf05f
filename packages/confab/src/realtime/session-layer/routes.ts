import type { ClientContext } from '../client-api/context.ts';
import { inService } from '../client-api/sync.ts';
import { postTyping } from '../client-api/typing.ts';
import type { Route } from '../tunnel/router.ts';
import { getChannel, getMyChannel, getUnread, listChannels } from './channels.ts';
import { getListContext, postItem, postList } from './lists.ts';
import { SESSION_PATHS } from './session-context.ts';
import { getSessionUser } from './users.ts';

/** What SDK 1.2 asks and no newer one does (protocol 16.3). */
export const sessionLayerRoutes: readonly Route<ClientContext>[] = [
  { method: 'POST', pattern: '/v3/Lists', handler: postList },
  { method: 'GET', pattern: '/v3/Services/*/Lists/*/Context', handler: inService(getListContext) },
  { method: 'POST', pattern: '/v3/Services/*/Lists/*/Items', handler: inService(postItem) },
  { method: 'GET', pattern: SESSION_PATHS.syncList, handler: listChannels },
  { method: 'GET', pattern: SESSION_PATHS.myChannels, handler: getUnread },
  { method: 'GET', pattern: `${SESSION_PATHS.myChannels}/*`, handler: getMyChannel },
  { method: 'GET', pattern: `${SESSION_PATHS.channels}/*`, handler: getChannel },
  { method: 'GET', pattern: `${SESSION_PATHS.users}/**`, handler: getSessionUser },
  { method: 'POST', pattern: SESSION_PATHS.typing, handler: postTyping },
];
