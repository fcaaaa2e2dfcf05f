import { type UseMutationResult, useMutation, useQueryClient } from '@tanstack/react-query';
import { useNotices } from '../components/notices.tsx';
import { RestError } from './rest.ts';

export interface Action<Input, Result> {
  run: (input: Input) => Promise<Result>;
  /** What to tell when it is done. */
  done?: (result: Result, input: Input) => string;
  /** First parts of the keys of queries that have to be asked again. */
  changes: readonly string[];
  onDone?: (result: Result, input: Input) => void;
}

/** Something that changes something: tells what came of it, and has shown again what is another now. */
export function useAction<Input, Result>(action: Action<Input, Result>): UseMutationResult<Result, Error, Input> {
  const queries = useQueryClient();
  const notices = useNotices();
  return useMutation({
    mutationFn: action.run,
    onSuccess(result, input) {
      if (action.done !== undefined) notices.done(action.done(result, input));
      action.onDone?.(result, input);
    },
    // A field that is to blame shows it itself.
    onError: (error) => {
      if (!(error instanceof RestError) || error.parameter === undefined) notices.failed(error);
    },
    onSettled: () => Promise.all(action.changes.map((key) => queries.invalidateQueries({ queryKey: [key] }))),
  });
}

/** What the API says of a parameter of this form, if it is the one that was wrong. */
export function fieldError(error: Error | null, parameter: string): string | undefined {
  return error instanceof RestError && error.parameter === parameter ? error.message : undefined;
}
