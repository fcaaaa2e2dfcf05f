import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { type Summary, summary } from './rounds.ts';

/** One line of the result. */
export interface Row {
  what: string;
  unit: string;
  values: readonly number[];
  /** What design 6 asks for, where it does. */
  goal?: { atLeast: number } | { atMost: number };
}

/** Prints the rows as a table, and writes them to `file` as JSON where one is given. */
export function report(title: string, rows: readonly Row[], file: string | undefined): void {
  const lines = rows.map((row) => ({ row, result: summary(row.values) }));
  const table = [
    ['', 'goal', 'median', 'least to greatest', ''],
    ...lines.map(({ row, result }) => [
      `${row.what} (${row.unit})`,
      goalText(row),
      short(result.median),
      `${short(result.least)} to ${short(result.greatest)}`,
      verdict(row, result),
    ]),
  ];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...table.map((cells) => cells[column]?.length ?? 0)));
  process.stdout.write(`\n${title}\n`);
  for (const cells of table) {
    process.stdout.write(
      `${cells
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd()}\n`,
    );
  }
  if (file === undefined) return;
  const machine = { cores: cpus().length, model: cpus()[0]?.model, node: process.version };
  const results = lines.map(({ row, result }) => ({ ...row, ...result }));
  writeFileSync(file, `${JSON.stringify({ title, date: new Date().toISOString(), machine, results }, null, 2)}\n`);
}

function goalText({ goal }: Row): string {
  if (goal === undefined) return '';
  return 'atLeast' in goal ? `>= ${goal.atLeast}` : `<= ${goal.atMost}`;
}

function verdict({ goal }: Row, { median }: Summary): string {
  if (goal === undefined) return '';
  const met = 'atLeast' in goal ? median >= goal.atLeast : median <= goal.atMost;
  return met ? 'met' : 'MISSED';
}

function short(value: number): string {
  return value >= 1000 ? Math.round(value).toString() : Number(value.toPrecision(3)).toString();
}
