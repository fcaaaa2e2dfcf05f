/** A revision is the event id in hexadecimal, as the original has it (protocol 6.4). */
export function revisionOf(event: number): string {
  return event.toString(16);
}
