import type { CliContext } from './context.ts';

type Out = CliContext['stdout'];

/** For programs: one JSON value. */
export function printJson(stdout: Out, value: unknown): void {
  stdout.write(`${JSON.stringify(value, undefined, 2)}\n`);
}

/** Names and values under each other; what is null or missing is left out. */
export function printFields(stdout: Out, fields: Readonly<Record<string, unknown>>): void {
  const shown = Object.entries(fields).filter(([, value]) => value !== null && value !== undefined);
  const width = Math.max(...shown.map(([name]) => name.length));
  for (const [name, value] of shown) stdout.write(`${name.padEnd(width)}  ${safeText(value)}\n`);
}

/** Rows under a heading. */
export function printTable(stdout: Out, headings: readonly string[], rows: readonly (readonly unknown[])[]): void {
  const texts = [headings, ...rows.map((row) => row.map(safeText))];
  const widths = headings.map((_, column) => Math.max(...texts.map((row) => row[column]?.length ?? 0)));
  for (const row of texts) {
    stdout.write(
      `${row
        .map((text, column) => text.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd()}\n`,
    );
  }
}

/** One line, without what would move a terminal's cursor: names are other people's words. */
export function safeText(value: unknown): string {
  const text =
    value === null || value === undefined ? '' : typeof value === 'object' ? JSON.stringify(value) : String(value);
  return text.replaceAll(/[\p{Cc}\p{Cf}]/gu, '?');
}
