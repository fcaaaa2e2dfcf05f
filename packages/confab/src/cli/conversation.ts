import type { CliContext } from './context.ts';
import { OPERATOR_OPTIONS, withOperator } from './operator.ts';
import { readOptions } from './options.ts';
import { baseOf } from './user.ts';

/** `confab conversation …`. */
export const conversationCommands = { export: exportConversation };

async function exportConversation(context: CliContext, argv: readonly string[]): Promise<void> {
  const options = readOptions(argv, { ...OPERATOR_OPTIONS, service: { type: 'string' } }, ['SID or unique name']);
  const [conversation = ''] = options.words;
  await withOperator(context, options, ({ stream }) =>
    stream(`${baseOf(options)}/Conversations/${encodeURIComponent(conversation)}/Export`, (text) => {
      context.stdout.write(text);
    }),
  );
}
