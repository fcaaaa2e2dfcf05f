import { generateApiSecret, type SecretBox } from '../../secrets/index.ts';
import { appendAccountEvent } from '../account/append-account-event.ts';
import { claimMain } from '../account/require-main.ts';
import { recordAudit } from '../audit/record-audit.ts';
import type { Command } from '../command.ts';
import { invalidParameter } from '../errors.ts';
import { claimApiKey } from './claim-api-key.ts';
import type { KeyWithSecret } from './create-api-key.ts';

/** As long as a token may live: whoever got one with the old secret can use it to its end. */
const DEFAULT_OVERLAP_SECONDS = 86_400;
const LONGEST_OVERLAP_SECONDS = 30 * 86_400;

export interface RotateApiKeyInput {
  secretBox: SecretBox;
  apiKeySid: string;
  /** How long the old secret stays good: a day when absent, 30 days at most, 0 for not at all. */
  overlapSeconds?: number | undefined;
}

interface Plan {
  secretBox: SecretBox;
  apiKeySid: string;
  overlapMs: number;
}

/**
 * Gives an API key of the account a new secret. The old one stays good for the overlap: then it is refused, its tokens no longer verify,
 * and the sessions that they opened end on every node. A secret from an earlier rotation that was still good ends now. Needs Main
 * credentials.
 */
export const rotateApiKey: Command<RotateApiKeyInput, Plan, KeyWithSecret> = {
  name: 'rotateApiKey',
  evenOnFullDisk: true,
  prepare(_context, { secretBox, apiKeySid, overlapSeconds = DEFAULT_OVERLAP_SECONDS }) {
    if (!(overlapSeconds >= 0 && overlapSeconds <= LONGEST_OVERLAP_SECONDS)) {
      throw invalidParameter(
        `Parameter OverlapSeconds must be from 0 to ${LONGEST_OVERLAP_SECONDS}.`,
        'OverlapSeconds',
      );
    }
    return { secretBox, apiKeySid, overlapMs: overlapSeconds * 1000 };
  },
  async transact(context, { secretBox, apiKeySid, overlapMs }) {
    const { actor, db, rechecks, now } = context;
    const { account, credentialSid } = await claimMain(db, actor);
    const key = await claimApiKey(db, account.id, apiKeySid);
    const secret = generateApiSecret();
    const endsAt = overlapMs === 0 ? null : now + overlapMs;
    const row = await db
      .updateTable('api_keys')
      .set({
        secret: secretBox.seal(secret, key.sid),
        secret_version: key.secret_version + 1,
        previous_secret: endsAt === null ? null : key.secret,
        previous_secret_ends_at: endsAt,
        updated_at: now,
      })
      .where('id', '=', key.id)
      .returningAll()
      .executeTakeFirstOrThrow();
    rechecks.push({ of: 'api_key', sid: key.sid });
    const versions = { secret_version: row.secret_version, previous_secret_ends_at: endsAt };
    await recordAudit(context, {
      action: 'api_key.rotated',
      subjectSid: key.sid,
      before: { secret_version: key.secret_version, previous_secret_ends_at: key.previous_secret_ends_at },
      after: versions,
    });
    await appendAccountEvent(context, 'api_key.rotated', { sid: key.sid, ...versions, credential: credentialSid });
    return { sid: row.sid, key: row, secret };
  },
};
