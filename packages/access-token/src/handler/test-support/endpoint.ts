import { expect } from 'vitest';
import { accountSid, apiKey, apiSecret, NOW, serviceSid } from '../../test-support/fixtures.ts';
import { createTokenHandler, type RefusalRecord, type TokenHandlerOptions } from '../create-token-handler.ts';
import type { MintRecord } from '../mint.ts';
import type { Authentication, Sender } from '../types.ts';

export const ORIGIN = 'https://app.example.com';

export interface Endpoint {
  /** Sends a request; POST unless told otherwise. */
  ask(headers?: Record<string, string>, init?: { method?: string; sender?: Sender }): Promise<Answer>;
  readonly minted: MintRecord[];
  readonly refused: RefusalRecord[];
  /** Unix seconds; the tests may move it. */
  clock: { seconds: number };
}

export interface Answer {
  status: number;
  headers: Headers;
  text: string;
  body: Record<string, unknown>;
}

/** An endpoint that lets in `ada`, unless the options say otherwise, and records what it is told. */
export function endpoint(options: Partial<TokenHandlerOptions> = {}): Endpoint {
  const minted: MintRecord[] = [];
  const refused: RefusalRecord[] = [];
  const clock = { seconds: NOW };
  const handler = createTokenHandler({
    credentials: { accountSid, apiKey, apiSecret },
    authenticate: () => ({ identity: 'ada' }),
    grants: { chat: { serviceSid } },
    allowedOrigins: [ORIGIN],
    onMint: (record) => minted.push(record),
    onRefuse: (record) => refused.push(record),
    now: () => clock.seconds * 1000,
    ...options,
  });
  return {
    minted,
    refused,
    clock,
    async ask(headers = {}, { method = 'POST', sender } = {}) {
      return answerOf(await handler(new Request('https://api.example.com/token', { method, headers }), sender));
    },
  };
}

export async function answerOf(response: Response): Promise<Answer> {
  const text = await response.text();
  const body: Record<string, unknown> = text === '' ? {} : JSON.parse(text);
  return { status: response.status, headers: response.headers, text, body };
}

/** Expects a refusal that says no more than it should. */
export function expectNoDetail(answer: Answer, status: number, code = 20003): void {
  expect(answer.status).toBe(status);
  expect(answer.body).toEqual({ code, message: expect.any(String), status });
  expect(answer.headers.get('cache-control')).toBe('no-store');
}

export function requestWith(headers: Record<string, string>): Request {
  return new Request('https://api.example.com/token', { method: 'POST', headers });
}

/** The reason of a refusal. */
export function reasonOf(found: Authentication): string {
  if (found === undefined || 'identity' in found) throw new Error(`not refused: ${JSON.stringify(found)}`);
  return 'refused' in found ? found.refused : found.unavailable;
}
