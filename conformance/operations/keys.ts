import type { Twilio } from 'twilio';
import { attempt } from './attempt.ts';

/** The account, and API keys in both of their APIs. */
export async function driveAccountAndKeys({ api, iam }: Twilio, accountSid: string): Promise<void> {
  const account = api.v2010.accounts(accountSid);
  await attempt(() => account.fetch());
  await attempt(() => account.update({ friendlyName: 'Renamed', status: 'active' }));
  await attempt(() => api.v2010.accounts.create({ friendlyName: 'Branch' }));
  await attempt(() => api.v2010.accounts.list({ friendlyName: 'Branch', status: 'active', pageSize: 20 }));

  const key = await attempt(() => account.newKeys.create({ friendlyName: 'Older' }));
  const keys = await attempt(() => account.keys.list({ pageSize: 20 }));
  const one = key ?? keys?.[0];
  if (one !== undefined) await attempt(() => account.keys(one.sid).fetch());
  if (key !== undefined) {
    await attempt(() => account.keys(key.sid).update({ friendlyName: 'Renamed' }));
    await attempt(() => account.keys(key.sid).remove());
  }
  const signing = await attempt(() => account.newSigningKeys.create({ friendlyName: 'Signing' }));
  const signingKeys = await attempt(() => account.signingKeys.list({ pageSize: 20 }));
  const another = signing ?? signingKeys?.[0];
  if (another !== undefined) await attempt(() => account.signingKeys(another.sid).fetch());
  if (signing !== undefined) {
    await attempt(() => account.signingKeys(signing.sid).update({ friendlyName: 'Renamed' }));
    await attempt(() => account.signingKeys(signing.sid).remove());
  }
  const policy = { allow: ['/confab/conversations/list'] };
  const restricted = await attempt(() =>
    iam.v1.newApiKey.create({ accountSid, friendlyName: 'Reader', keyType: 'restricted', policy }),
  );
  const listed = await attempt(() => iam.v1.getApiKeys.list({ accountSid, pageSize: 20 }));
  const first = restricted ?? listed?.[0];
  if (first !== undefined) await attempt(() => iam.v1.apiKey(first.sid).fetch());
  if (restricted !== undefined) {
    await attempt(() => iam.v1.apiKey(restricted.sid).update({ friendlyName: 'Writer', policy }));
    await attempt(() => iam.v1.apiKey(restricted.sid).remove());
  }
}
