import { createWriteStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { isSid } from '../sid.ts';
import type { CliContext } from './context.ts';
import { type Operator, OperatorError, withOperator } from './operator.ts';
import type { Options } from './options.ts';

export const EXPORT_OPTIONS = { media: { type: 'string' } } as const;

/**
 * Writes the lines of an export to standard output. With `--media FOLDER`, the files of messages go there as well, each under its SID, and
 * each entry of a message's `media` says so as `file`: null when it is gone by then. Overwrites nothing.
 */
export async function writeExport(context: CliContext, options: Options, path: string): Promise<void> {
  const folder = options.text('media');
  await withOperator(context, options, async (operator) => {
    if (folder === undefined) return operator.stream(path, (text) => void context.stdout.write(text));
    const serviceSid = options.text('service') ?? (await defaultServiceOf(operator));
    const target = resolve(context.cwd, folder);
    await mkdir(target, { recursive: true, mode: 0o700 });
    let rest = '';
    await operator.stream(path, async (text) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        context.stdout.write(`${await withFiles(line, (sid) => keepFile(operator, serviceSid, sid, target))}\n`);
      }
    });
  });
}

async function defaultServiceOf({ send }: Operator): Promise<string> {
  return String(Object(await send('GET', '/v1/Configuration')).default_chat_service_sid);
}

async function withFiles(line: string, keep: (sid: string) => Promise<string | null>): Promise<string> {
  const record = Object(JSON.parse(line));
  if (record.type !== 'message' || !Array.isArray(record.media)) return line;
  const media: object[] = [];
  for (const item of record.media) media.push({ ...item, file: await keep(String(Object(item).sid)) });
  return JSON.stringify({ ...record, media });
}

/** Resolves with the name of the file; null when there is nothing to keep any more. */
async function keepFile(operator: Operator, serviceSid: string, sid: string, folder: string): Promise<string | null> {
  // It becomes a path, whoever answered.
  if (!isSid('ME', sid)) throw new OperatorError('The export names a file that has no SID.');
  const bytes = await operator.openMedia(serviceSid, sid);
  if (bytes === undefined) return null;
  const file = join(folder, sid);
  try {
    await pipeline(bytes, createWriteStream(file, { flags: 'wx', mode: 0o600 }));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST')
      throw new OperatorError(`${file} is there already, and nothing is overwritten: name an empty folder.`);
    // A part of a file is not to be taken for one.
    await rm(file, { force: true });
    throw error;
  }
  return sid;
}
