/** The data cannot be moved. The message says why and what to do; nothing was changed. */
export class TransferError extends Error {
  override readonly name = 'TransferError';
}
