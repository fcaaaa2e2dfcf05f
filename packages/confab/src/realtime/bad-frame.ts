import { JsonTooDeep } from './twilsock/json.ts';

/** Why something that a client sent was no packet of the protocol, or over a limit. */
export type BadFrame = 'malformed' | 'too_large' | 'too_deep';

/** What an error of the WebSocket library, or of reading a frame, says about the frame. */
export function badFrameOf(error: Error): BadFrame {
  if (error.cause instanceof JsonTooDeep) return 'too_deep';
  return 'code' in error && error.code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH' ? 'too_large' : 'malformed';
}
