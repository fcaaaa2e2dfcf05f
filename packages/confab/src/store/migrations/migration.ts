import type { Engine } from '../sql-connection.ts';

export interface Migration {
  name: string;
  /** SQL statements, in order. */
  statements(engine: Engine): string[];
}
