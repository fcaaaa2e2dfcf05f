import { readFileSync } from 'node:fs';
import { openLoadSocket } from './web-socket.ts';

/** Where a process that was started with `inspect` says that it can be reached. */
const ADDRESS = /^Debugger listening on ws:\/\/127\.0\.0\.1:(\d+)(\/\S+)$/gm;

/**
 * Makes the newest process that logs to the file collect all its garbage. What is resident afterwards is what it holds; before, it is
 * also what the collector has not come to yet.
 */
export async function collectGarbage(logFile: string): Promise<void> {
  const [, port, path] = [...readFileSync(logFile, 'utf8').matchAll(ADDRESS)].at(-1) ?? [];
  if (port === undefined || path === undefined) throw new Error(`${logFile} names no inspector.`);
  const collected = Promise.withResolvers<void>();
  const socket = await openLoadSocket(Number(port), path, {
    onMessage: () => collected.resolve(),
    onLost: () => collected.reject(new Error('The inspector is gone.')),
  });
  socket.send(Buffer.from(JSON.stringify({ id: 1, method: 'HeapProfiler.collectGarbage' })), 'text');
  await collected.promise;
  socket.close();
}
