import type { Execute, JoinPolicy } from '../domain/index.ts';
import type { HttpContext } from '../http/index.ts';

/** What the REST API works with: queries on `read`, changes through `execute` and nothing else. */
export interface ApiContext extends Pick<HttpContext, 'config' | 'limits' | 'read' | 'secretBox'> {
  readonly execute: Execute;
  readonly joinPolicy: JoinPolicy;
}
