import type { ErasedMessages, KnownBy } from '../../store/seam.ts';

/** Whom an erasure is of, as its steps see them. */
export interface Subject {
  readonly accountSid: string;
  readonly service: { readonly id: number; readonly sid: string };
  readonly userId: number | null;
  readonly knownBy: KnownBy;
  /** The identity or address. */
  readonly name: string;
  readonly pseudonym: string;
  readonly messages: ErasedMessages;
}
