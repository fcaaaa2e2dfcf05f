/**
 * Asks for something, and goes on without it when it is refused: what was asked and answered is in the record, and each operation is
 * judged by itself. Undefined when it was refused.
 */
export async function attempt<Value>(ask: () => Promise<Value>): Promise<Value | undefined> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof Error && 'status' in error) return undefined;
    throw error;
  }
}
