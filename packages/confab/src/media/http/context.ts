import type { Config } from '../../config/index.ts';
import type { AccountActor, UserActor } from '../../domain/index.ts';
import type { HttpContext } from '../../http/index.ts';
import type { MediaLibrary } from '../library.ts';
import type { TemporaryLinks } from './links.ts';

/** What the media service works with. */
export interface MediaHttpContext extends Pick<HttpContext, 'limits' | 'read' | 'clock'> {
  readonly config: Config;
  readonly library: MediaLibrary;
  readonly links: TemporaryLinks;
  /** The user whom an Access Token is for. Throws TokenRefusal. */
  userOf(token: string): Promise<UserActor>;
}

export type Caller = AccountActor | UserActor;
