import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type ChildServer, startChild } from './child-server.ts';
import { type ConfabServer, createConversations, startConfabServer } from './confab-server.ts';
import { formRequest } from './http-connection.ts';

/** A server with one conversation that messages are sent to. */
export interface MessageTarget<Server extends ChildServer = ChildServer> {
  server: Server;
  /** The bytes of the request that sends this text. */
  request(text: string): string;
}

const BASELINE = fileURLToPath(new URL('../baselines/message-server.ts', import.meta.url));

export async function startBaselineTarget(folder: string, profile?: string): Promise<MessageTarget> {
  const data = join(folder, 'baseline');
  mkdirSync(data);
  const server = await startChild({ script: BASELINE, args: [data], profile });
  return {
    server,
    request: (text) => formRequest('/messages', 'none', new URLSearchParams({ Body: text }).toString()),
  };
}

export async function startConfabTarget(
  folder: string,
  options: { logLevel: 'info' | 'warn'; profile?: string | undefined },
): Promise<MessageTarget<ConfabServer> & { conversationSid: string }> {
  const server = await startConfabServer({ folder, ...options });
  const [conversationSid = ''] = await createConversations(server, 1);
  return {
    server,
    conversationSid,
    request: (text) => server.post(`/v1/Conversations/${conversationSid}/Messages`, { Body: text }),
  };
}

const TEXT = 'A message such as people write to each other, neither long nor short: number ';

/** What stands before the number of a message, wherever its text stands. */
export const MESSAGE_NUMBER = Buffer.from(TEXT);

/** The nth text that is sent: of common length, and telling which it is. */
export function messageText(n: number): string {
  return `${TEXT}${n}.`;
}
