/** Events could not be published; they wait in the event log. */
export class NatsError extends Error {
  override readonly name = 'NatsError';
}
