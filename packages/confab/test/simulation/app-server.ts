import { createAccessToken } from '@confab/access-token';
import type { Chronicle } from './chronicle.ts';
import type { Template } from './template.ts';
import type { World } from './world.ts';

/** The app's own server, which hands out Access Tokens: under both keys, and under the first alone once the second is revoked. */
export function createAppServer(
  world: World,
  chronicle: Chronicle,
  template: Template,
): (identity: string) => { token: string; keySid: string } {
  const [first, second] = template.keys;
  let revoked = false;
  chronicle.onEntry(({ kind, subject }) => {
    if (kind === 'api_key.revoked' && subject === second.sid) revoked = true;
  });
  return (identity) => {
    const key = revoked || world.random.chance(0.5) ? first : second;
    const token = createAccessToken({
      accountSid: template.accountSid,
      apiKey: key.sid,
      apiSecret: key.secret,
      identity,
      ttl: 3600,
      grants: { chat: { serviceSid: template.chatServiceSid } },
      now: world.wallTime(),
    });
    return { token, keySid: key.sid };
  };
}
