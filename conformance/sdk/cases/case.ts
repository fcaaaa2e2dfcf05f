import type { Stage } from '../stage.ts';

/** Shows that one method or event does what its documentation says. */
export type Case = (stage: Stage) => Promise<void>;

/** The cases of one class of the SDK, by the names of its methods and events. */
export interface ClassCases {
  readonly className: string;
  readonly methods: Readonly<Record<string, Case>>;
  readonly events: Readonly<Record<string, Case>>;
}
