/** Counts the messages that reach one client, and holds them to their order: each index once, rising by one (design 2). */
export interface DeliveryCounter {
  onPayload(payload: Buffer): void;
  /** Messages that arrived so far. */
  received(): number;
}

/** `member` is the JSON member that carries the index, such as `"index":`. */
export function createDeliveryCounter(member: string): DeliveryCounter {
  const marker = Buffer.from(member);
  let received = 0;
  return {
    onPayload(payload) {
      eachNumberAfter(payload, marker, (index) => {
        if (index !== received) throw new Error(`Message ${index} arrived, message ${received} was due.`);
        received += 1;
      });
    },
    received: () => received,
  };
}

/** Calls back with each whole number that stands behind the marker: all that load needs of an event, at a fraction of a parse. */
export function eachNumberAfter(data: Buffer, marker: Buffer, onNumber: (value: number) => void): void {
  for (let at = data.indexOf(marker); at !== -1; at = data.indexOf(marker, at)) {
    at += marker.length;
    let value = 0;
    for (let digit = (data[at] ?? 0) - 0x30; digit >= 0 && digit <= 9; digit = (data[at] ?? 0) - 0x30) {
      value = value * 10 + digit;
      at += 1;
    }
    onNumber(value);
  }
}
