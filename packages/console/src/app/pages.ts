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
  { path: '/keys', label: 'API keys', load: () => import('../pages/keys/keys-page.tsx') },
  { path: '/connections', label: 'Connections', load: () => import('../pages/connections/connections-page.tsx') },
  { path: '/connections/:id', load: () => import('../pages/connections/connection-page.tsx') },
  { path: '/events', label: 'Events', load: () => import('../pages/events/events-page.tsx') },
  { path: '/webhooks', label: 'Webhooks', load: () => import('../pages/webhooks/webhooks-page.tsx') },
  { path: '/webhooks/:sid', load: () => import('../pages/webhooks/delivery-page.tsx') },
];
