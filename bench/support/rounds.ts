/** One way of doing the work that is compared. */
export interface Variant<Metric extends string> {
  name: string;
  /** Does it once, from nothing, and returns what was measured. */
  run(): Promise<Record<Metric, number>>;
}

/** Values of one metric by variant, one for each round. */
export type Measurements<Metric extends string> = ReadonlyMap<string, Readonly<Record<Metric, readonly number[]>>>;

/**
 * Runs every variant once in each round, so that what else the machine does meets all of them. Each round begins with another one, so
 * that none always runs after the same neighbour.
 */
export async function interleave<Metric extends string>(
  variants: readonly Variant<Metric>[],
  metrics: readonly Metric[],
  rounds: number,
): Promise<Measurements<Metric>> {
  const measured = new Map(variants.map(({ name }) => [name, emptyRecord(metrics)]));
  for (let round = 0; round < rounds; round += 1) {
    for (let turn = 0; turn < variants.length; turn += 1) {
      const variant = variants[(round + turn) % variants.length];
      if (variant === undefined) continue;
      const values = await variant.run();
      for (const metric of metrics) measured.get(variant.name)?.[metric].push(values[metric]);
      process.stderr.write(`round ${round + 1}, ${variant.name}: ${inShort(values)}\n`);
    }
  }
  return measured;
}

function emptyRecord<Metric extends string>(metrics: readonly Metric[]): Record<Metric, number[]> {
  const record: Partial<Record<Metric, number[]>> = {};
  for (const metric of metrics) record[metric] = [];
  return record as Record<Metric, number[]>;
}

function inShort(values: Readonly<Record<string, number>>): string {
  return Object.entries(values)
    .map(([name, value]) => `${name} ${Number(value.toPrecision(4))}`)
    .join(', ');
}

/** Median, and the least and greatest value. */
export interface Summary {
  median: number;
  least: number;
  greatest: number;
}

export function summary(values: readonly number[]): Summary {
  const sorted = values.toSorted((a, b) => a - b);
  return { median: quantile(sorted, 0.5), least: quantile(sorted, 0), greatest: quantile(sorted, 1) };
}

/** The value below which that share of the sorted values lies; the mean of two neighbours where it falls between them. */
export function quantile(sorted: readonly number[], share: number): number {
  const position = (sorted.length - 1) * share;
  const below = sorted[Math.floor(position)];
  const above = sorted[Math.ceil(position)];
  if (below === undefined || above === undefined) throw new Error('There are no values.');
  return below + (above - below) * (position - Math.floor(position));
}

/** Values of one metric of one variant. */
export function valuesOf<Metric extends string>(
  measured: Measurements<Metric>,
  variant: string,
  metric: Metric,
): readonly number[] {
  const values = measured.get(variant)?.[metric];
  if (values === undefined) throw new Error(`${variant} was not measured.`);
  return values;
}

/** Round by round, the one variant's value over the other's. */
export function ratios(values: readonly number[], baseline: readonly number[]): number[] {
  return values.map((value, round) => value / (baseline[round] ?? Number.NaN));
}
