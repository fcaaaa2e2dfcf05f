import { Notification, Portal, Stack } from '@mantine/core';
import { createContext, type ReactNode, use, useCallback, useMemo, useRef, useState } from 'react';

interface Notice {
  id: number;
  text: string;
  isError: boolean;
}

interface Tell {
  /** Says what has been done. It goes away by itself. */
  done(text: string): void;
  /** Says what has gone wrong. It stays until it is closed. */
  failed(error: unknown): void;
}

const Teller = createContext<Tell>({ done() {}, failed() {} });

export const useNotices = (): Tell => use(Teller);

const SHOWN_MS = 5000;

/** Tells what came of what somebody did, also to those who listen to the page instead of looking at it. */
export function Notices({ children }: { children: ReactNode }) {
  const [notices, setNotices] = useState<Notice[]>([]);
  const next = useRef(0);
  const close = useCallback((id: number) => setNotices((all) => all.filter((one) => one.id !== id)), []);
  const tell = useMemo<Tell>(() => {
    function add(text: string, isError: boolean): void {
      next.current += 1;
      const id = next.current;
      setNotices((all) => [...all.slice(-4), { id, text, isError }]);
      if (!isError) setTimeout(() => close(id), SHOWN_MS);
    }
    return {
      done: (text) => add(text, false),
      failed: (error) => add(error instanceof Error ? error.message : String(error), true),
    };
  }, [close]);
  return (
    <Teller value={tell}>
      {children}
      <Portal>
        <Stack
          pos="fixed"
          bottom={16}
          right={16}
          gap="xs"
          maw="calc(100vw - 32px)"
          role="status"
          style={{ zIndex: 1000 }}
        >
          {notices.map(({ id, text, isError }) => (
            <Notification
              key={id}
              withBorder
              color={isError ? 'red' : 'green'}
              onClose={() => close(id)}
              closeButtonProps={{ 'aria-label': 'Close' }}
              role={isError ? 'alert' : undefined}
            >
              {text}
            </Notification>
          ))}
        </Stack>
      </Portal>
    </Teller>
  );
}
