import { Center, Loader } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { createContext, type ReactNode, use, useEffect, useState, useSyncExternalStore } from 'react';
import { currentSession, onSessionChange, renewSession, type Session } from './session.ts';
import { SignInPage } from './sign-in-page.tsx';

const SignedIn = createContext<Session | undefined>(undefined);

/** Who is signed in, for what is shown to them only. */
export function useSession(): Session {
  const session = use(SignedIn);
  if (session === undefined) throw new Error('Nobody is signed in here.');
  return session;
}

/** Shows its children to who is signed in, and to others how to sign in. */
export function SessionGate({ children }: { children: ReactNode }) {
  const session = useSyncExternalStore(onSessionChange, currentSession);
  const queries = useQueryClient();
  const [isAsked, setAsked] = useState(false);

  useEffect(() => {
    renewSession()
      .catch(() => {})
      .finally(() => setAsked(true));
  }, []);
  useEffect(() => {
    // What one account has seen is not for the next one.
    if (session === undefined) queries.clear();
  }, [session, queries]);

  if (session !== undefined) return <SignedIn value={session}>{children}</SignedIn>;
  if (isAsked) return <SignInPage />;
  return (
    <Center mih="100vh">
      <Loader aria-label="Loading" />
    </Center>
  );
}
