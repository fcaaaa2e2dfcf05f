/**
 * An answer of many JSON values, a line each (https://jsonlines.org), read as fast as the client takes them. One that breaks off has met a
 * failure: the last line of a whole one is `{"type":"end"}` with the number of lines before it.
 */
export function jsonLines(values: AsyncIterable<object>): Response {
  const lines = encode(values);
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { value, done } = await lines.next();
      if (done) controller.close();
      else controller.enqueue(value);
    },
    async cancel() {
      await lines.return(undefined);
    },
  });
  return new Response(body, { headers: { 'content-type': 'application/x-ndjson', 'cache-control': 'no-store' } });
}

async function* encode(values: AsyncIterable<object>): AsyncGenerator<Uint8Array, undefined, undefined> {
  const encoder = new TextEncoder();
  let lines = 0;
  for await (const value of values) {
    lines += 1;
    yield encoder.encode(`${JSON.stringify(value)}\n`);
  }
  yield encoder.encode(`${JSON.stringify({ type: 'end', lines })}\n`);
  return undefined;
}
