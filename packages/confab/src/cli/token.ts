import { AccessTokenError, createAccessToken } from '@confab/access-token';
import { describeInspection, inspectToken } from '@confab/access-token/inspect';
import { systemClock } from '../clock.ts';
import type { CliContext } from './context.ts';
import { firstOf } from './names.ts';
import { OperatorError } from './operator.ts';
import { readOptions, UsageError } from './options.ts';
import { printJson } from './print.ts';

/** What the guide's samples call the same things, after our own names (access tokens 5). */
const NAMES = {
  accountSid: ['CONFAB_ACCOUNT_SID', 'TWILIO_ACCOUNT_SID'],
  apiKey: ['CONFAB_API_KEY', 'TWILIO_API_KEY', 'TWILIO_API_KEY_SID'],
  apiSecret: ['CONFAB_API_SECRET', 'TWILIO_API_SECRET', 'TWILIO_API_KEY_SECRET'],
  serviceSid: ['CONFAB_CHAT_SERVICE_SID', 'TWILIO_CHAT_SERVICE_SID', 'TWILIO_SERVICE_SID'],
} as const;

const DEFAULT_TTL_SECONDS = 3600;

/** `confab token …`: needs no server and no database. */
export const tokenCommands: Readonly<Record<string, (context: CliContext, argv: readonly string[]) => Promise<void>>> =
  {
    async create({ env, stdout, stderr }, argv) {
      const options = readOptions(argv, {
        identity: { type: 'string' },
        ttl: { type: 'string' },
        service: { type: 'string' },
        role: { type: 'string' },
        json: { type: 'boolean' },
      });
      const identity = options.text('identity');
      if (identity === undefined) throw new UsageError('--identity is missing.');
      const ttl = options.number('ttl') ?? DEFAULT_TTL_SECONDS;
      const serviceSid = options.text('service') ?? required(env, NAMES.serviceSid, 'or --service');
      const roleSid = options.text('role');
      const now = systemClock().now();
      const token = mint({
        accountSid: required(env, NAMES.accountSid),
        apiKey: required(env, NAMES.apiKey),
        apiSecret: required(env, NAMES.apiSecret),
        identity,
        ttl,
        grants: { chat: { serviceSid, ...(roleSid !== undefined && { deploymentRoleSid: roleSid }) } },
        now,
        onWarning: ({ message }) => void stderr.write(`warning: ${message}\n`),
      });
      if (!options.isSet('json')) {
        stdout.write(`${token}\n`);
        return;
      }
      const expires = new Date((Math.floor(now / 1000) + ttl) * 1000).toISOString();
      printJson(stdout, { token, identity, chat_service_sid: serviceSid, expires_at: expires });
    },

    async inspect({ env, stdout }, argv) {
      const options = readOptions(argv, { json: { type: 'boolean' } }, ['The token']);
      const [token = ''] = options.words;
      const now = systemClock().now();
      const unverified = await inspectToken(token, { now });
      const secret = firstOf(env, NAMES.apiSecret);
      // The secret of another key would only say that it is another one.
      const isOurs = secret !== undefined && unverified.issuer?.apiKeySid === firstOf(env, NAMES.apiKey);
      const inspection = isOurs ? await inspectToken(token, { now, secret }) : unverified;
      if (options.isSet('json')) printJson(stdout, inspection);
      else stdout.write(`${describeInspection(inspection)}\n`);
      if (inspection.verdict === 'refused') throw new OperatorError('the token is refused');
    },
  };

function required(env: CliContext['env'], names: readonly string[], otherwise?: string): string {
  const value = firstOf(env, names);
  if (value !== undefined) return value;
  throw new UsageError(
    `${names.join(' or ')} must be set in the environment${otherwise === undefined ? '' : `, ${otherwise} given`}.`,
  );
}

function mint(token: Parameters<typeof createAccessToken>[0]): string {
  try {
    return createAccessToken(token);
  } catch (error) {
    if (error instanceof AccessTokenError) throw new UsageError(error.message);
    throw error;
  }
}
