import { onTestFinished } from 'vitest';
import { type Confab, type ConfabOptions, startConfab } from '../../src/index.ts';
import { temporaryFolder } from './support.ts';

/** What the media service tells of a file. */
export interface MediaRecord {
  sid: string;
  size: number;
  content_type: string;
  filename: string | null;
  message_sid: string | null;
  channel_sid: string | null;
  image: { width: number; height: number; thumbnail: string | null } | null;
  url: string;
  links: { content: string; content_direct_temporary: string };
}

/** A server of its own for a test, and calls to its media service. */
export async function start(options: ConfabOptions = {}) {
  const dataDir = temporaryFolder();
  const confab = await startConfab({ dataDir, ...options });
  onTestFinished(() => confab.stop());
  return { confab, dataDir, ...callsTo(confab) };
}

function callsTo(confab: Confab) {
  const media = `${confab.url}/v1/Services/${confab.chatServiceSid}/Media`;
  const authorization = `Basic ${btoa(`${confab.accountSid}:${confab.authToken}`)}`;
  const rest = async (path: string, form: { [name: string]: string }, method = 'POST') => {
    const response = await fetch(`${confab.url}/v1/${path}`, {
      method,
      headers: { authorization },
      ...(method === 'POST' && { body: new URLSearchParams(form) }),
    });
    return { status: response.status, json: response.status === 204 ? undefined : await response.json() };
  };
  const upload = async (
    headers: { [name: string]: string },
    body: BodyInit,
    { type, query = '' }: { type?: string; query?: string } = {},
  ): Promise<{ status: number; record: MediaRecord }> => {
    const response = await fetch(`${media}${query}`, {
      method: 'POST',
      headers: { ...headers, ...(type !== undefined && { 'content-type': type }) },
      body,
    });
    return { status: response.status, record: await response.json() };
  };
  const as = async (identity: string) => ({ 'x-twilio-token': await confab.token(identity) });
  const conversationOf = async (...identities: string[]): Promise<string> => {
    const { json } = await rest('Conversations', {});
    for (const Identity of identities) await rest(`Conversations/${json.sid}/Participants`, { Identity });
    return json.sid;
  };
  return { media, account: { authorization }, rest, upload, as, conversationOf };
}
