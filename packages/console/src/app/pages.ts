import type { ComponentType } from 'react';

/** A page of the console. Each is loaded when it is first opened. */
export interface Page {
  /** A pattern below `/console`. */
  path: string;
  /** In the navigation; absent: it is reached from another page. */
  label?: string;
  load: () => Promise<{ Page: ComponentType }>;
}

/** In the order of the navigation. The first one is what `/console` shows. */
export const PAGES: readonly Page[] = [
  { path: '/', label: 'Get started', load: () => import('../pages/get-started/get-started-page.tsx') },
  {
    path: '/conversations',
    label: 'Conversations',
    load: () => import('../pages/conversations/conversations-page.tsx'),
  },
  { path: '/conversations/:service/:sid', load: () => import('../pages/conversations/conversation-page.tsx') },
  { path: '/keys', label: 'API keys', load: () => import('../pages/keys/keys-page.tsx') },
  { path: '/tokens', label: 'Tokens', load: () => import('../pages/tokens/tokens-page.tsx') },
  { path: '/services', label: 'Chat services', load: () => import('../pages/services/services-page.tsx') },
  { path: '/services/:sid', load: () => import('../pages/services/service-page.tsx') },
  { path: '/overview', label: 'Overview', load: () => import('../pages/overview/overview-page.tsx') },
  { path: '/connections', label: 'Connections', load: () => import('../pages/connections/connections-page.tsx') },
  { path: '/connections/:id', load: () => import('../pages/connections/connection-page.tsx') },
  { path: '/events', label: 'Events', load: () => import('../pages/events/events-page.tsx') },
  { path: '/trace/:service/:conversation/:message', load: () => import('../pages/trace/trace-page.tsx') },
  { path: '/webhooks', label: 'Webhooks', load: () => import('../pages/webhooks/webhooks-page.tsx') },
  { path: '/webhooks/:sid', load: () => import('../pages/webhooks/delivery-page.tsx') },
  { path: '/account', label: 'Account', load: () => import('../pages/account/account-page.tsx') },
  { path: '/audit', label: 'Audit log', load: () => import('../pages/audit/audit-page.tsx') },
];
