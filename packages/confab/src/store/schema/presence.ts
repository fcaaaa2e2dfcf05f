/** A node that tells of its users' connections, and until when it is taken to be alive. */
export interface PresenceNodeTable {
  node: string;
  expires_at: number;
}

/** A node has connections of a user. */
export interface UserPresenceTable {
  user_id: number;
  node: string;
}
