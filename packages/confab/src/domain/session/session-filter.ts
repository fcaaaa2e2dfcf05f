/** Which SDK sessions are meant: all that match every given member. */
export interface SessionFilter {
  readonly identity?: string | undefined;
  readonly apiKeySid?: string | undefined;
  /** The `jti` of the Access Token. */
  readonly tokenId?: string | undefined;
  readonly serviceSid?: string | undefined;
  readonly connectionId?: string | undefined;
}

/** What of a session a filter looks at. */
export interface FilteredSession {
  readonly identity: string;
  readonly apiKeySid: string;
  readonly tokenId: string | undefined;
  readonly serviceSid: string;
  readonly connectionId: string;
}

export function matchesFilter(session: FilteredSession, filter: SessionFilter): boolean {
  const { identity, apiKeySid, tokenId, serviceSid, connectionId } = filter;
  return (
    (identity === undefined || session.identity === identity) &&
    (apiKeySid === undefined || session.apiKeySid === apiKeySid) &&
    (tokenId === undefined || session.tokenId === tokenId) &&
    (serviceSid === undefined || session.serviceSid === serviceSid) &&
    (connectionId === undefined || session.connectionId === connectionId)
  );
}
