import { type CSSVariablesResolver, createTheme, MantineProvider } from '@mantine/core';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { Router } from 'wouter';
import { RestError } from '../api/rest.ts';
import { Notices } from '../components/notices.tsx';
import { SessionGate } from '../session/session-gate.tsx';
import { Shell } from './shell.tsx';
import { styleNonce } from './style-nonce.ts';

const theme = createTheme({
  primaryShade: 8,
  autoContrast: true,
  fontFamily: 'system-ui, sans-serif',
  defaultRadius: 'md',
});

/** The kit's own dimmed text, and text on light badges and alerts, has less contrast than WCAG 2.2 (1.4.3) asks for. */
const legible: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-dimmed': 'var(--mantine-color-gray-7)',
    '--mantine-color-anchor': 'var(--mantine-color-blue-9)',
    '--mantine-color-red-light-color': '#a31515',
    '--mantine-color-green-light-color': '#1b5e2a',
    '--mantine-color-yellow-light-color': '#6f3f00',
    '--mantine-color-blue-light-color': '#0b4a86',
    '--mantine-color-gray-light-color': 'var(--mantine-color-gray-8)',
  },
  dark: { '--mantine-color-dimmed': 'var(--mantine-color-dark-1)' },
});

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 2_000,
      // What was refused is refused again; what did not arrive may.
      retry: (failures, error) => failures < 2 && !(error instanceof RestError && error.status < 500),
    },
  },
});

export function App() {
  return (
    <MantineProvider theme={theme} defaultColorScheme="auto" cssVariablesResolver={legible} getStyleNonce={styleNonce}>
      <QueryClientProvider client={queries}>
        <Router base="/console">
          <Notices>
            <SessionGate>
              <Shell />
            </SessionGate>
          </Notices>
        </Router>
      </QueryClientProvider>
    </MantineProvider>
  );
}
