/** Where a page of the console shows this conversation. */
export function conversationPage(service: string, sid: string): string {
  return `/conversations/${encodeURIComponent(service)}/${encodeURIComponent(sid)}`;
}

/** Where the API has it. */
export function conversationPath(service: string, sid: string): string {
  return `/v1/Services/${encodeURIComponent(service)}/Conversations/${encodeURIComponent(sid)}`;
}
