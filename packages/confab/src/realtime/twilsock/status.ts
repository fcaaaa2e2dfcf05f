import { STATUS_CODES } from 'node:http';

/** `status` of a packet, and `http_status` of a tunnelled answer. */
export interface Status {
  code: number;
  status: string;
}

/** A status with the standard reason phrase: the SDK shows the phrase to the app as the error's message (protocol 7.2). */
export function statusOf(code: number): Status {
  return { code, status: code === 200 ? 'OK' : (STATUS_CODES[code] ?? 'Unknown') };
}
