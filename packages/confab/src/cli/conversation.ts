import type { CliContext } from './context.ts';
import { EXPORT_OPTIONS, writeExport } from './export.ts';
import { OPERATOR_OPTIONS } from './operator.ts';
import { readOptions } from './options.ts';
import { baseOf } from './user.ts';

/** `confab conversation …`. */
export const conversationCommands = { export: exportConversation };

async function exportConversation(context: CliContext, argv: readonly string[]): Promise<void> {
  const forms = { ...OPERATOR_OPTIONS, ...EXPORT_OPTIONS, service: { type: 'string' } } as const;
  const options = readOptions(argv, forms, ['SID or unique name']);
  const [conversation = ''] = options.words;
  await writeExport(context, options, `${baseOf(options)}/Conversations/${encodeURIComponent(conversation)}/Export`);
}
