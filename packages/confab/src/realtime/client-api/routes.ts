import { sessionLayerRoutes } from '../session-layer/routes.ts';
import { createRouter, type Route } from '../tunnel/router.ts';
import { getConfiguration } from './configuration.ts';
import { getContentTemplates } from './content-templates.ts';
import type { ClientContext } from './context.ts';
import { deleteConversationAt, getConversation, postConversation, postConversationUpdate } from './conversations.ts';
import { getChannelMetadata, getMessageRecipients, getReceipts } from './message-details.ts';
import { deleteMessage, getMessage, postMessage, postMessageUpdate } from './messages.ts';
import { getMine, listMine, postMine } from './my-conversations.ts';
import { deleteParticipant, postParticipant, postParticipantUpdate } from './participants.ts';
import { deleteRegistration, deleteRegistrations, postRegistration } from './registrations.ts';
import { getItems, getObject, inService, postSubscriptions } from './sync.ts';
import { postTyping } from './typing.ts';
import { getUser, postUser } from './users.ts';

const CLIENT = '/Client/v2';
/** Host `ers` (protocol 10.5). */
const REGISTRATIONS = '/v1/registrations';
const SYNC = '/v3/Services/*';

const routes: readonly Route<ClientContext>[] = [
  { method: 'GET', pattern: `${CLIENT}/Configuration`, handler: getConfiguration },
  { method: 'GET', pattern: `${CLIENT}/MyConversations`, handler: listMine },
  { method: 'GET', pattern: `${CLIENT}/MyConversations/*`, handler: getMine },
  { method: 'POST', pattern: `${CLIENT}/MyConversations/*`, handler: postMine },
  { method: 'GET', pattern: `${CLIENT}/Users/**`, handler: getUser },
  { method: 'POST', pattern: `${CLIENT}/Users/**`, handler: postUser },
  { method: 'POST', pattern: `${CLIENT}/Conversations`, handler: postConversation },
  { method: 'GET', pattern: `${CLIENT}/Conversations/*`, handler: getConversation },
  { method: 'POST', pattern: `${CLIENT}/Conversations/*`, handler: postConversationUpdate },
  { method: 'DELETE', pattern: `${CLIENT}/Conversations/*`, handler: deleteConversationAt },
  { method: 'POST', pattern: `${CLIENT}/Conversations/*/Participants`, handler: postParticipant },
  { method: 'POST', pattern: `${CLIENT}/Conversations/*/Participants/*`, handler: postParticipantUpdate },
  { method: 'DELETE', pattern: `${CLIENT}/Conversations/*/Participants/**`, handler: deleteParticipant },
  { method: 'POST', pattern: `${CLIENT}/Conversations/*/Messages`, handler: postMessage },
  { method: 'GET', pattern: `${CLIENT}/Conversations/*/Messages/*`, handler: getMessage },
  { method: 'POST', pattern: `${CLIENT}/Conversations/*/Messages/*`, handler: postMessageUpdate },
  { method: 'DELETE', pattern: `${CLIENT}/Conversations/*/Messages/*`, handler: deleteMessage },

  { method: 'GET', pattern: `${CLIENT}/Conversations/*/Messages/*/Receipts`, handler: getReceipts },
  { method: 'GET', pattern: `${CLIENT}/Conversations/*/Messages/*/ChannelMetadata`, handler: getChannelMetadata },
  { method: 'GET', pattern: `${CLIENT}/Conversations/*/MessageRecipients`, handler: getMessageRecipients },

  { method: 'GET', pattern: `${CLIENT}/ContentTemplates`, handler: getContentTemplates },

  { method: 'POST', pattern: `${CLIENT}/Typing`, handler: postTyping },

  { method: 'POST', pattern: REGISTRATIONS, handler: postRegistration },
  { method: 'DELETE', pattern: REGISTRATIONS, handler: deleteRegistrations },
  { method: 'DELETE', pattern: `${REGISTRATIONS}/*`, handler: deleteRegistration },

  { method: 'POST', pattern: '/v4/Subscriptions', handler: postSubscriptions },
  { method: 'GET', pattern: '/v3/Documents/*', handler: getObject('document') },
  { method: 'GET', pattern: '/v3/Lists/*', handler: getObject('list') },
  { method: 'GET', pattern: '/v3/Maps/*', handler: getObject('map') },
  { method: 'GET', pattern: `${SYNC}/Documents/*`, handler: inService(getObject('document')) },
  { method: 'GET', pattern: `${SYNC}/Lists/*`, handler: inService(getObject('list')) },
  { method: 'GET', pattern: `${SYNC}/Maps/*`, handler: inService(getObject('map')) },
  { method: 'GET', pattern: `${SYNC}/Lists/*/Items`, handler: inService(getItems('list')) },
  { method: 'GET', pattern: `${SYNC}/Maps/*/Items`, handler: inService(getItems('map')) },

  ...sessionLayerRoutes,
];

/** Everything that a client may ask through the tunnel. */
export const routeClientRequest = createRouter(routes);
