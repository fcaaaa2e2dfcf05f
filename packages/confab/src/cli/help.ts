import { flagOf, VARIABLES } from '../config/index.ts';

const EXIT_CODES = 'Exit codes: 0 done, 1 refused, 2 not understood.';

const WHERE = `Where it works:
  without --url    on the data itself: --data-dir, --config or the environment say where it is. SQLite's data must not be
                   in use by a server; PostgreSQL's may be.
  with --url URL   through the server there, with CONFAB_ACCOUNT_SID and CONFAB_AUTH_TOKEN of the environment`;

export const USAGE = `confab: the conversations platform that you run yourself

Usage:
  confab start [--dev] [--config FILE] [flags]     run a node
  confab token create --identity NAME              an Access Token, from credentials in the environment
  confab token inspect TOKEN                       what a token says, and what is wrong with it
  confab keys list|create|rename|rotate|revoke|reissue
  confab auth-token create|promote|delete          change the account's auth token, with an overlap
  confab credentials reset                         new credentials where all were lost
  confab account activate                          make a suspended account active again
  confab audit                                     who changed what about credentials, the account and roles
  confab user export|erase IDENTITY                all that is stored of a person: as JSON lines, or no more
  confab conversation export SID                   a conversation with its participants and messages, as JSON lines
  confab webhooks list|show|redeliver|verify       what was sent to webhooks, and what they answered
  confab listen --forward URL                      webhooks to a program on this machine, without a tunnel
  confab renew-epoch [--config FILE] [flags]       after a copy of the data was put back, and before the next start
  confab backup FOLDER                             database and media, copied while the server runs (SQLite)
  confab restore FOLDER                            a backup into a data folder without data, verified
  confab doctor                                    what is wrong, and what to do
  confab migrate --to postgres://…                 all data from SQLite to PostgreSQL, every row compared
  confab seed --conversations N --messages N       much data, for trials of size
  confab COMMAND --help                            more about a command

Every variable of docs/configuration.md is a flag of start and renew-epoch, too:
  ${VARIABLES.filter(({ secret }) => !secret)
    .map((variable) => `--${flagOf(variable)}`)
    .join(' ')}

${EXIT_CODES}
`;

/** By the first word of the command. What has none is explained in the usage. */
export const HELP: ReadonlyMap<string, string> = new Map([
  [
    'keys',
    `confab keys: API keys of the account

Usage:
  confab keys list
  confab keys create [--name NAME] [--kind main|standard|restricted] [--allow PERMISSION]...
  confab keys rename SID NAME
  confab keys rotate SID [--overlap SECONDS]   a new secret; the old one stays good that long, a day unless given
  confab keys revoke SID                       refused at once, and the sessions that its tokens opened end
  confab keys reissue --yes                    new secrets for all keys and accounts, for a lost master key

Options: --json, --account SID, --url URL, --data-dir DIR, --config FILE

${WHERE}
  reissue works on the data only, with no server running. It takes the new master key from CONFAB_MASTER_KEY or master.key, and makes one
  where there is none.

Examples:
  confab keys create --name backend
  confab keys create --name reader --allow /confab/conversations/list --allow /confab/conversations.messages/list
  confab keys rotate SK0123456789abcdef0123456789abcdef --overlap 3600 --json

${EXIT_CODES}
`,
  ],
  [
    'token',
    `confab token: Access Tokens for SDK clients

Usage:
  confab token create --identity NAME [--ttl SECONDS] [--service SID] [--role SID] [--json]
  confab token inspect TOKEN [--json]    what it says, and what is wrong with it; refused tokens end with 1

They ask no server. Where the token's API key is the one of the environment, inspect checks the signature with its secret.
 From the environment, the first of each that is set:
  account   CONFAB_ACCOUNT_SID, TWILIO_ACCOUNT_SID
  API key   CONFAB_API_KEY, TWILIO_API_KEY, TWILIO_API_KEY_SID
  secret    CONFAB_API_SECRET, TWILIO_API_SECRET, TWILIO_API_KEY_SECRET
  service   CONFAB_CHAT_SERVICE_SID, TWILIO_CHAT_SERVICE_SID, TWILIO_SERVICE_SID

Examples:
  confab token create --identity user@example.com
  confab token create --identity alice --ttl 86400 --json
  confab token inspect "$TOKEN"

${EXIT_CODES}
`,
  ],
  [
    'auth-token',
    `confab auth-token: the account's auth token, changed with an overlap

Usage:
  confab auth-token create     a second auth token, good at once beside the first
  confab auth-token promote    the second takes the place of the first, which is refused from then on
  confab auth-token delete     takes the second one back

Options: --json, --account SID, --url URL, --data-dir DIR, --config FILE

${WHERE}

Example:
  confab auth-token create --url https://chat.example.com --json

${EXIT_CODES}
`,
  ],
  [
    'credentials',
    `confab credentials: for credentials that were lost

Usage:
  confab credentials reset --yes    a new auth token, and a new Main key beside those that there are

Options: --json, --account SID, --data-dir DIR, --config FILE

It works on the data itself; SQLite's must not be in use by a server. For a lost master key there is confab keys reissue.

Example:
  confab credentials reset --yes --data-dir /var/lib/confab

${EXIT_CODES}
`,
  ],
  [
    'account',
    `confab account: the status of an account

Usage:
  confab account activate    makes a suspended account active again; its own credentials cannot, since they are refused

Options: --json, --account SID, --data-dir DIR, --config FILE

It works on the data itself; SQLite's must not be in use by a server.

Example:
  confab account activate --data-dir /var/lib/confab

${EXIT_CODES}
`,
  ],
  [
    'webhooks',
    `confab webhooks: what was sent to webhooks after events, and what they answered

Usage:
  confab webhooks list [--state waiting|delivered|failed] [--event NAME] [--conversation SID] [--target SID] [--limit N]
  confab webhooks show SID
  confab webhooks redeliver SID
  confab webhooks verify --webhook-url URL --signature TEXT [--param NAME=VALUE]...
                           checks an X-Twilio-Signature with the auth token of the environment (CONFAB_AUTH_TOKEN)

Options: --json, --account SID, --url URL, --data-dir DIR, --config FILE

${WHERE}

${EXIT_CODES}
`,
  ],
  [
    'listen',
    `confab listen: webhooks of a server's account, to a program on this machine

Usage:
  confab listen --forward URL [--url SERVER] [--event NAME]...

Asks the server for what happens from now on, sends each event to URL, signed for it, and prints what it answered. Nothing has to be
configured, and no tunnel is needed. SERVER is http://127.0.0.1:4000 unless given; CONFAB_ACCOUNT_SID and CONFAB_AUTH_TOKEN are taken
from the environment. Changes over REST are told only when they are made with X-Twilio-Webhook-Enabled: true.

Example:
  confab listen --forward http://localhost:3000/hook --event onMessageAdded
`,
  ],
  [
    'audit',
    `confab audit: who changed what about credentials, the account and roles, the newest first

Usage:
  confab audit [--limit N] [--action NAME] [--actor SID] [--subject SID]

Options: --json, --account SID, --url URL, --data-dir DIR, --config FILE

${WHERE}

Example:
  confab audit --action api_key.rotated --json

${EXIT_CODES}
`,
  ],
  [
    'user',
    `confab user: a person's rights over their data (docs/personal-data.md)

Usage:
  confab user export IDENTITY [--address] [--service SID] [--media FOLDER] > person.jsonl
  confab user erase IDENTITY --messages keep|pseudonymise|delete --yes [--address] [--service SID]

Options: --json, --account SID, --url URL, --data-dir DIR, --config FILE
  --address        IDENTITY is an address, such as +15005550006, of somebody who has no identity
  --service SID    another chat service than the account's default
  --media FOLDER   export: puts the files of messages there, each under its SID; overwrites nothing

erase ends their sessions and takes them out of every conversation; what they wrote stays as it is, stays under a pseudonym, or is deleted.
It returns when all of it is done. Without --url it also writes SQLite's file anew. Backups have what they had.

${WHERE}

Examples:
  confab user export alice@example.com > alice.jsonl
  confab user erase alice@example.com --messages delete --yes

${EXIT_CODES}
`,
  ],
  [
    'conversation',
    `confab conversation: a conversation with its participants and messages, as JSON lines

Usage:
  confab conversation export SID|UNIQUE_NAME [--service SID] [--media FOLDER] > conversation.jsonl

Options: --account SID, --url URL, --data-dir DIR, --config FILE
  --media FOLDER   puts the files of messages there, each under its SID; overwrites nothing

${WHERE}

${EXIT_CODES}
`,
  ],
  [
    'backup',
    `confab backup: copies the database and the media into a new folder, while the server may go on writing

Usage:
  confab backup FOLDER [--json]

Options: --json, --data-dir DIR, --config FILE

The folder gets the database as it was at one moment, the media, and manifest.json with checksums and counts. The master key is not in it:
keep a copy of that in another place. For SQLite; PostgreSQL has its own means, see docs/operating.md.

Example:
  confab backup /backups/confab-2026-11-24 --data-dir /var/lib/confab

${EXIT_CODES}
`,
  ],
  [
    'restore',
    `confab restore: puts a backup into a data folder that holds no data yet

Usage:
  confab restore FOLDER [--json]

Options: --json, --data-dir DIR, --config FILE

Checksums, the database's integrity, counts and the master key are verified before anything is in its place. The master key of the server
that was backed up must be there: in CONFAB_MASTER_KEY, or as master.key in the data folder. Clients are told to start anew.

Example:
  confab restore /backups/confab-2026-11-24 --data-dir /var/lib/confab-restored

${EXIT_CODES}
`,
  ],
  [
    'migrate',
    `confab migrate: copies all data from SQLite to an empty PostgreSQL database, and compares every row

Usage:
  confab migrate --to postgres://user@host:5432/database [--json]

Options: --json, --data-dir DIR, --config FILE

No server may run. It is one transaction: all arrives or nothing, and what was interrupted is run again. A password can be given in
PGPASSWORD, so that it does not show in the list of processes. Afterwards start with CONFAB_DATABASE_URL and CONFAB_MASTER_KEY.

Example:
  confab migrate --to postgres://confab@db.internal/confab --data-dir /var/lib/confab

${EXIT_CODES}
`,
  ],
  [
    'seed',
    `confab seed: makes much data, for trials of size

Usage:
  confab seed --conversations N --messages N [--users N] [--days N] [--random N] [--json]

Options: --json, --data-dir DIR, --config FILE

Into the account's default service, through the same commands as REST. Few conversations have most of the messages, which are spread
over the last days (90). The same --random makes the same words. SQLite's data must not be in use by a server. For a few known entries,
see confab start --seed FILE.

Example:
  confab seed --conversations 1000 --messages 1000000 --data-dir /tmp/large

${EXIT_CODES}
`,
  ],
  [
    'doctor',
    `confab doctor: looks at all that a server needs, and says what is wrong and what to do

Usage:
  confab doctor [--json]

Options: --json, --data-dir DIR, --config FILE

Configuration, data folder, disk, database and its schema, master key, clock, and whether the public URL leads to a server on this
database. It changes nothing, and may run beside the server: with the same configuration.

Exit codes: 0 all is well or with warnings, 1 something has failed, 2 not understood.
`,
  ],
]);
