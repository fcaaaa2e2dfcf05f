import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  ConfigError,
  type ConfigInput,
  DEFAULT_LIMITS,
  flagOf,
  HOSTED_LIMITS,
  loadConfig,
  resolveConfig,
  VARIABLES,
} from './index.ts';

const MASTER_KEY = 'AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=';
const PREVIOUS_KEY = Buffer.from('the master key before, 32 bytes.').toString('base64');

interface Given {
  env?: Record<string, string>;
  argv?: string[];
  files?: Record<string, string>;
}

function load({ env = {}, argv = [], files = {} }: Given) {
  const readFile = (file: string): string => {
    const text = files[file];
    if (text === undefined) throw new Error(`ENOENT: no such file, open '${file}'`);
    return text;
  };
  return loadConfig({ env, argv, cwd: '/srv/app', readFile });
}

function problemsOf(attempt: () => unknown): string[] {
  try {
    attempt();
  } catch (error) {
    if (error instanceof ConfigError) return error.problems.map(({ setting, fault }) => `${setting} ${fault}`);
    throw error;
  }
  throw new Error('The configuration was accepted');
}

describe('loadConfig', () => {
  it('needs nothing', () => {
    expect(load({})).toEqual({
      config: {
        host: '127.0.0.1',
        port: 4000,
        dataDir: '/srv/app/.confab',
        database: 'sqlite',
        publicUrl: undefined,
        mediaUrl: undefined,
        mediaS3: undefined,
        allowedHosts: [],
        allowedOrigins: [],
        trustedProxies: [],
        webhookAllow: [],
        nats: { stream: undefined, credsFile: undefined },
        tokenService: undefined,
        dev: false,
        seedFile: undefined,
        tls: undefined,
        logLevel: 'info',
        limitProfile: 'default',
        join: 'sid',
        limits: DEFAULT_LIMITS,
        firstCredentials: { accountSid: undefined, apiKey: undefined, chatServiceSid: undefined },
      },
      secrets: {
        masterKey: undefined,
        masterKeyPrevious: undefined,
        databaseUrl: undefined,
        authToken: undefined,
        apiSecret: undefined,
        mediaS3SecretAccessKey: undefined,
        natsServers: undefined,
      },
      warnings: [],
    });
  });

  const everything = {
    PORT: '0',
    CONFAB_HOST: '::1',
    CONFAB_DATA_DIR: 'data',
    CONFAB_DATABASE_URL: 'postgresql://confab:password@db.internal/confab',
    CONFAB_PUBLIC_URL: 'HTTPS://Chat.Example.com/',
    CONFAB_MEDIA_URL: 'https://files.example.com/',
    CONFAB_MEDIA_S3_BUCKET: 'confab-files',
    CONFAB_MEDIA_S3_ENDPOINT: 'http://127.0.0.1:9000/',
    CONFAB_MEDIA_S3_REGION: 'eu-central-1',
    CONFAB_MEDIA_S3_ACCESS_KEY_ID: 'an-id',
    CONFAB_MEDIA_S3_SECRET_ACCESS_KEY: 'a-secret',
    CONFAB_ALLOWED_HOSTS: 'chat.example.com, Chat.internal,[::1],,chat.internal',
    CONFAB_TRUSTED_PROXIES: '10.0.0.0/8,fd00::/8,192.0.2.1',
    CONFAB_MASTER_KEY: MASTER_KEY,
    CONFAB_MASTER_KEY_PREVIOUS: PREVIOUS_KEY,
    CONFAB_LIMITS: 'hosted',
    CONFAB_LIMIT_OVERRIDES: 'tombstoneDays=7',
    CONFAB_JOIN: 'creator',
    CONFAB_WEBHOOK_ALLOW: 'Hooks.internal, 10.0.0.0/8',
    CONFAB_NATS_URL: 'nats://confab:pass%40word@nats-1.internal, nats://nats-2.internal:4333',
    CONFAB_NATS_CREDS_FILE: 'confab.creds',
    CONFAB_NATS_STREAM: 'CONFAB',
    CONFAB_TLS_CERT: '/etc/tls/cert.pem',
    CONFAB_TLS_KEY: 'key.pem',
    CONFAB_LOG_LEVEL: 'debug',
    CONFAB_DEV: 'true',
    CONFAB_SEED: 'seed.yaml',
    CONFAB_ALLOWED_ORIGINS: 'http://localhost:3000,https://app.example.com',
    CONFAB_TOKEN_OIDC_ISSUER: 'https://idp.example.com/realms/main',
    CONFAB_TOKEN_OIDC_AUDIENCE: 'chat,chat-mobile',
    CONFAB_TOKEN_OIDC_AUTHORIZED_PARTIES: 'web,mobile',
    CONFAB_TOKEN_OIDC_JWKS_URL: 'https://idp.example.com/keys',
    CONFAB_TOKEN_OIDC_CLAIM: 'email',
    CONFAB_TOKEN_ORIGINS: 'https://app.example.com,http://localhost:3000',
    CONFAB_TOKEN_API_KEY: 'SK00000000000000000000000000000002',
    CONFAB_TOKEN_CHAT_SERVICE_SID: 'IS00000000000000000000000000000002',
    CONFAB_TOKEN_TTL: '7200',
    CONFAB_ACCOUNT_SID: 'AC00000000000000000000000000000001',
    CONFAB_AUTH_TOKEN: '0123456789abcdef0123456789abcdef',
    CONFAB_API_KEY: 'SK00000000000000000000000000000001',
    CONFAB_API_SECRET: '0123456789abcdefghijABCDEFGHIJ12',
    CONFAB_CHAT_SERVICE_SID: 'IS00000000000000000000000000000001',
  };
  const resolved = {
    config: {
      host: '::1',
      port: 0,
      dataDir: '/srv/app/data',
      database: 'postgresql',
      publicUrl: 'https://chat.example.com',
      mediaUrl: 'https://files.example.com',
      mediaS3: {
        bucket: 'confab-files',
        endpoint: 'http://127.0.0.1:9000',
        region: 'eu-central-1',
        accessKeyId: 'an-id',
      },
      allowedHosts: ['chat.example.com', 'chat.internal', '::1'],
      allowedOrigins: ['http://localhost:3000', 'https://app.example.com'],
      trustedProxies: ['10.0.0.0/8', 'fd00::/8', '192.0.2.1'],
      tokenService: {
        login: {
          kind: 'oidc',
          issuer: 'https://idp.example.com/realms/main',
          audience: ['chat', 'chat-mobile'],
          authorizedParties: ['web', 'mobile'],
          jwksUrl: 'https://idp.example.com/keys',
          claim: 'email',
        },
        origins: ['https://app.example.com', 'http://localhost:3000'],
        apiKey: 'SK00000000000000000000000000000002',
        chatServiceSid: 'IS00000000000000000000000000000002',
        ttl: 7200,
      },
      dev: true,
      seedFile: '/srv/app/seed.yaml',
      tls: { certFile: '/etc/tls/cert.pem', keyFile: '/srv/app/key.pem' },
      logLevel: 'debug',
      limitProfile: 'hosted',
      join: 'creator',
      webhookAllow: ['hooks.internal', '10.0.0.0/8'],
      nats: { stream: 'CONFAB', credsFile: '/srv/app/confab.creds' },
      limits: { ...HOSTED_LIMITS, tombstoneDays: 7 },
      firstCredentials: {
        accountSid: 'AC00000000000000000000000000000001',
        apiKey: 'SK00000000000000000000000000000001',
        chatServiceSid: 'IS00000000000000000000000000000001',
      },
    },
    secrets: {
      masterKey: Buffer.from(MASTER_KEY, 'base64'),
      masterKeyPrevious: Buffer.from(PREVIOUS_KEY, 'base64'),
      databaseUrl: 'postgresql://confab:password@db.internal/confab',
      authToken: '0123456789abcdef0123456789abcdef',
      apiSecret: '0123456789abcdefghijABCDEFGHIJ12',
      mediaS3SecretAccessKey: 'a-secret',
      natsServers: {
        servers: ['nats-1.internal:4222', 'nats-2.internal:4333'],
        tls: false,
        user: 'confab',
        password: 'pass@word',
      },
    },
  };

  /** These stand in place of an issuer. */
  const instead = {
    CONFAB_TOKEN_FORWARD_AUTH_URL: 'http://auth.internal:9091/api/verify',
    CONFAB_TOKEN_FORWARD_AUTH_HEADER: 'X-User',
  };

  it('takes every variable from the environment', () => {
    const names = VARIABLES.map(({ name }) => name);
    expect(Object.keys(everything)).toEqual(names.filter((name) => !(name in instead)));
    expect(load({ env: everything })).toMatchObject(resolved);
  });

  it('takes every variable from a config file', () => {
    const lines = Object.entries(everything).map(([name, value]) => `${name}=${value}`);
    const text = ['# Confab', '', ...lines, 'export  CONFAB_LOG_LEVEL = "debug" # twice is no harm'].join('\n');
    expect(load({ argv: ['--config', 'etc/confab.env'], files: { '/srv/app/etc/confab.env': text } })).toMatchObject(
      resolved,
    );
  });

  it('takes every variable from a flag', () => {
    const argv = VARIABLES.filter(({ name }) => name in everything).flatMap((variable) =>
      variable.form === 'flag'
        ? [`--${flagOf(variable)}`]
        : [`--${flagOf(variable)}`, everything[variable.name as keyof typeof everything]],
    );
    expect(argv).toContain('--chat-service-sid');
    expect(load({ argv })).toMatchObject(resolved);
  });

  it('takes a public URL with a path, without the slash at its end', () => {
    for (const CONFAB_PUBLIC_URL of ['https://example.com/chat', 'https://example.com/chat/']) {
      expect(load({ env: { CONFAB_PUBLIC_URL } }).config.publicUrl).toBe('https://example.com/chat');
    }
  });

  it('takes a forward-auth URL in place of an issuer', () => {
    expect(load({ env: instead })).toMatchObject({
      config: {
        tokenService: {
          login: { kind: 'forward-auth', url: 'http://auth.internal:9091/api/verify', identityHeader: 'X-User' },
          origins: [],
          apiKey: undefined,
          chatServiceSid: undefined,
          ttl: 3600,
        },
      },
      warnings: [],
    });
  });

  it('knows the usual header, and the claim and the parties of an ID token', () => {
    const { CONFAB_TOKEN_FORWARD_AUTH_URL } = instead;
    expect(load({ env: { CONFAB_TOKEN_FORWARD_AUTH_URL } }).config.tokenService?.login).toMatchObject({
      identityHeader: 'Remote-User',
    });
    const env = { CONFAB_TOKEN_OIDC_ISSUER: 'https://idp.example.com', CONFAB_TOKEN_OIDC_AUDIENCE: 'chat' };
    expect(load({ env }).config.tokenService?.login).toMatchObject({
      authorizedParties: ['chat'],
      jwksUrl: undefined,
      claim: 'sub',
    });
  });

  it('keeps the secrets out of the configuration, which may be logged', () => {
    const text = JSON.stringify(load({ env: everything }).config);
    for (const { name, secret } of VARIABLES) {
      if (secret) expect(text).not.toContain(everything[name as keyof typeof everything]);
    }
    expect(text).not.toContain('password');
  });

  it('lets a flag go before the environment, and that before the file', () => {
    const files = { '/srv/app/confab.env': 'PORT=1\nCONFAB_HOST=127.0.0.2\nCONFAB_LOG_LEVEL=warn' };
    const env = { PORT: '2', CONFAB_HOST: '127.0.0.3' };
    const { config } = load({ argv: ['--config=confab.env', '--port=3'], env, files });
    expect(config).toMatchObject({ port: 3, host: '127.0.0.3', logLevel: 'warn' });
  });

  it('takes an empty value in the environment for none', () => {
    const files = { '/c': 'PORT=1\nCONFAB_HOST=' };
    const { config } = load({ argv: ['--config', '/c'], env: { PORT: '', CONFAB_HOST: '' }, files });
    expect(config).toMatchObject({ port: 1, host: '127.0.0.1' });
  });

  it.each([
    [['--dev'], true],
    [['--dev=1'], true],
    [['--dev', '--no-dev'], false],
    [['--dev=false'], false],
    [[], true],
  ])('reads the switch in %j', (argv, dev) => {
    expect(load({ env: { CONFAB_DEV: 'TRUE' }, argv }).config.dev).toBe(dev);
  });

  it.each([
    [{ PORT: 'http' }, 'PORT is "http"; expected a whole number from 0 to 65535 (0 takes any free port)'],
    [{ PORT: '65536' }, 'PORT is 65536; expected a whole number'],
    [{ PORT: '-1' }, 'PORT is "-1"; expected a whole number'],
    [{ PORT: '4e3' }, 'PORT is "4e3"; expected a whole number'],
    [{ CONFAB_HOST: 'http://localhost' }, 'CONFAB_HOST is "http://localhost"; expected a host name or an IP address'],
    [{ CONFAB_HOST: 'localhost:4000' }, 'CONFAB_HOST is "localhost:4000"; expected a host name'],
    [{ CONFAB_PUBLIC_URL: 'chat.example.com' }, 'CONFAB_PUBLIC_URL is "chat.example.com"; expected a URL such as'],
    [
      { CONFAB_PUBLIC_URL: 'https://chat.example.com/path?query' },
      'CONFAB_PUBLIC_URL is "https://chat.example.com/path?query"; expected',
    ],
    [
      { CONFAB_PUBLIC_URL: 'https://user@chat.example.com' },
      'CONFAB_PUBLIC_URL is "https://user@chat.example.com"; expected',
    ],
    [{ CONFAB_PUBLIC_URL: 'ws://chat.example.com' }, 'CONFAB_PUBLIC_URL is "ws://chat.example.com"; expected'],
    [
      { CONFAB_ALLOWED_HOSTS: 'a.example,b.example:80' },
      'CONFAB_ALLOWED_HOSTS has a part that is "b.example:80"; expected a host',
    ],
    [
      { CONFAB_DEV: '1', CONFAB_ALLOWED_ORIGINS: '*' },
      'CONFAB_ALLOWED_ORIGINS has a part that is "*"; expected scheme and host',
    ],
    [
      { CONFAB_TRUSTED_PROXIES: '10.0.0.0/33' },
      'CONFAB_TRUSTED_PROXIES has a part that is "10.0.0.0/33"; expected an IP address',
    ],
    [{ CONFAB_TRUSTED_PROXIES: 'proxy.internal' }, 'CONFAB_TRUSTED_PROXIES has a part that is "proxy.internal"'],
    [
      { CONFAB_TOKEN_OIDC_ISSUER: 'http://idp.example.com', CONFAB_TOKEN_OIDC_AUDIENCE: 'chat' },
      'CONFAB_TOKEN_OIDC_ISSUER is no URL that can be believed; expected https://',
    ],
    [
      { CONFAB_TOKEN_OIDC_ISSUER: 'https://idp.example.com' },
      'CONFAB_TOKEN_OIDC_AUDIENCE is required with CONFAB_TOKEN_OIDC_ISSUER',
    ],
    [
      { ...instead, CONFAB_TOKEN_OIDC_ISSUER: 'https://idp.example.com', CONFAB_TOKEN_OIDC_AUDIENCE: 'chat' },
      'CONFAB_TOKEN_FORWARD_AUTH_URL cannot stand beside CONFAB_TOKEN_OIDC_ISSUER',
    ],
    [{ CONFAB_TOKEN_FORWARD_AUTH_URL: 'auth.internal' }, 'CONFAB_TOKEN_FORWARD_AUTH_URL is no URL'],
    [
      { ...instead, CONFAB_TOKEN_FORWARD_AUTH_HEADER: 'X User' },
      'CONFAB_TOKEN_FORWARD_AUTH_HEADER is no name of a header',
    ],
    [
      { ...instead, CONFAB_TOKEN_ORIGINS: '*' },
      'CONFAB_TOKEN_ORIGINS has a part that is "*"; expected scheme and host',
    ],
    [{ ...instead, CONFAB_TOKEN_API_KEY: 'SK1' }, 'CONFAB_TOKEN_API_KEY is "SK1"; expected a SID'],
    [{ ...instead, CONFAB_TOKEN_TTL: '86401' }, 'CONFAB_TOKEN_TTL is no life of a token'],
    [{ ...instead, CONFAB_TOKEN_TTL: '1h' }, 'CONFAB_TOKEN_TTL is no life of a token'],
    [{ CONFAB_LIMITS: 'none' }, 'CONFAB_LIMITS is "none"; expected hosted'],
    [{ CONFAB_JOIN: 'all' }, 'CONFAB_JOIN is "all"; expected sid, creator, never'],
    [{ CONFAB_DEV: 'yes' }, 'CONFAB_DEV is "yes"; expected true or false (in text also 1 or 0)'],
    [
      { CONFAB_LOG_LEVEL: 'verbose' },
      'CONFAB_LOG_LEVEL is "verbose"; expected trace, debug, info, warn, error, fatal, silent',
    ],
    [{ CONFAB_ACCOUNT_SID: 'AC1' }, 'CONFAB_ACCOUNT_SID is "AC1"; expected a SID: AC and 32 hexadecimal digits'],
    [{ CONFAB_API_KEY: everything.CONFAB_ACCOUNT_SID }, 'expected a SID: SK and 32 hexadecimal digits'],
    [{ CONFAB_CHAT_SERVICE_SID: 'IS' }, 'CONFAB_CHAT_SERVICE_SID is "IS"; expected a SID: IS and'],
    [{ CONFAB_NATS_STREAM: 'CONFAB' }, 'CONFAB_NATS_STREAM has no meaning without CONFAB_NATS_URL'],
    [
      { CONFAB_NATS_URL: 'nats://localhost', CONFAB_NATS_STREAM: 'a.b' },
      'CONFAB_NATS_STREAM is "a.b"; expected the name of a JetStream stream',
    ],
    [{ CONFAB_TLS_CERT: 'cert.pem' }, 'CONFAB_TLS_KEY is required with CONFAB_TLS_CERT'],
    [{ CONFAB_TLS_KEY: 'key.pem' }, 'CONFAB_TLS_CERT is required with CONFAB_TLS_KEY'],
    [{ CONFAB_DATABASE_URL: 'postgres://db/confab' }, 'CONFAB_MASTER_KEY is required with CONFAB_DATABASE_URL'],
    [
      { CONFAB_DEV: '1', CONFAB_HOST: '0.0.0.0' },
      'CONFAB_DEV is on, and CONFAB_HOST is 0.0.0.0: development mode trusts every caller',
    ],
    [{ CONFAB_DEV: '1', CONFAB_HOST: 'localhost.example.com' }, 'CONFAB_DEV is on'],
  ])('refuses %j, and nothing else in it', (env, problem) => {
    const problems = problemsOf(() => load({ env }));
    expect(problems).toEqual([expect.stringContaining(problem)]);
  });

  it.each([
    ['CONFAB_AUTH_TOKEN', 'shortshortshort', 'has 15 characters (value not shown); expected at least 32'],
    ['CONFAB_API_SECRET', 'shortshortshort', 'has 15 characters (value not shown); expected at least 32'],
    ['CONFAB_API_SECRET', 'pässwörd '.repeat(5), 'has spaces or characters outside ASCII (value not shown)'],
    ['CONFAB_MASTER_KEY', 'c2hvcnQ=', 'is no master key: its base64 holds 5 bytes, and 32 are needed'],
    [
      'CONFAB_DATABASE_URL',
      'mysql://root:hunter2@db/confab',
      'is no PostgreSQL URL (not shown: it may hold a password)',
    ],
    ['CONFAB_DATABASE_URL', 'postgres//root:hunter2@db/confab', 'is no PostgreSQL URL'],
    ['CONFAB_NATS_URL', 'http://root:hunter2@nats', 'is no NATS URL (not shown: it may hold a password)'],
    ['CONFAB_NATS_URL', 'nats://root:hunter2@nats,tls://other', 'is no NATS URL'],
  ])('refuses a bad %s from anywhere without showing it', (name, value, problem) => {
    const variable = VARIABLES.find((candidate) => candidate.name === name);
    const flag = variable === undefined ? '' : `--${flagOf(variable)}`;
    const env = { CONFAB_MASTER_KEY: MASTER_KEY };
    const attempts: [string, Given][] = [
      [name, { env: { ...env, [name]: value } }],
      [flag, { env, argv: [flag, value] }],
      [
        `${name} (in /c)`,
        { env: name in env ? {} : env, argv: ['--config', '/c'], files: { '/c': `${name}="${value}"` } },
      ],
    ];
    for (const [setting, given] of attempts) {
      const problems = problemsOf(() => load(given));
      expect(problems).toEqual([expect.stringContaining(`${setting} ${problem}`)]);
      expect(problems[0]).not.toContain(value);
    }
  });

  it('lists everything that is wrong in one message', () => {
    const env = { PORT: 'x', CONFAB_TLS_CERT: 'cert.pem' };
    const files = { '/c': 'CONFAB_LOG_LEVEL=loud\nCONFAB_DEV 1' };
    expect(() => load({ env, argv: ['--hosts', 'localhost', '--limits', 'few', '--config', '/c'], files })).toThrow(
      [
        'The configuration cannot be used:',
        '  --hosts is not a flag that Confab knows',
        '  /c line 2 is not NAME=value',
        '  --limits is "few"; expected hosted',
        '  PORT is "x"; expected a whole number from 0 to 65535 (0 takes any free port)',
        '  CONFAB_LOG_LEVEL (in /c) is "loud"; expected trace, debug, info, warn, error, fatal, silent',
        '  CONFAB_TLS_KEY is required with CONFAB_TLS_CERT',
      ].join('\n'),
    );
  });

  it('shows a long or many-lined value cut to one line', () => {
    const [problem = ''] = problemsOf(() => load({ env: { CONFAB_HOST: `a\n${'b'.repeat(10_000)}` } }));
    expect(problem).toMatch(/^CONFAB_HOST is "a\\nb{96}…; expected [^\n]*$/);
  });

  it.each([
    [['--port'], '--port needs a value'],
    [['--port', '--dev'], '--port needs a value'],
    [['--port='], '--port needs a value'],
    [['--no-port'], '--no-port is not a flag that Confab knows, or takes no value'],
    [['-p', '4000'], '-p is not a flag that Confab knows'],
    [['--api-secrets=hunter2hunter2'], '--api-secrets is not a flag that Confab knows'],
    [['--api-secrets', 'hunter2hunter2'], '--api-secrets is not a flag that Confab knows'],
    [['hunter2hunter2'], 'The command line has a word that belongs to no flag (not shown)'],
    [['--dev', 'hunter2hunter2'], 'The command line has a word that belongs to no flag (not shown)'],
    [['--config', 'missing.env'], "--config cannot be read: ENOENT: no such file, open '/srv/app/missing.env'"],
  ])('refuses the command line %j', (argv, problem) => {
    const problems = problemsOf(() => load({ argv }));
    expect(problems).toEqual([problem]);
  });

  it('takes the last of a repeated flag', () => {
    expect(load({ argv: ['--port', '1', '--port', '2'] }).config.port).toBe(2);
  });

  it.each([
    [
      { env: { CONFAB_DATADIR: '/data', HOME: '/root' } },
      'CONFAB_DATADIR in the environment is not a variable that Confab knows',
    ],
    [{ argv: ['--config', '/c'], files: { '/c': 'PORTS=1' } }, 'PORTS in /c is not a variable that Confab knows'],
    [
      { argv: ['--master-key', MASTER_KEY] },
      '--master-key shows its value to every user of this machine; give it as CONFAB_MASTER_KEY',
    ],
    [
      { env: { CONFAB_ALLOWED_ORIGINS: 'http://localhost:1' } },
      'CONFAB_ALLOWED_ORIGINS has no effect outside development mode',
    ],
    [
      { env: { CONFAB_TOKEN_TTL: '60' } },
      'CONFAB_TOKEN_TTL has no effect without CONFAB_TOKEN_OIDC_ISSUER or CONFAB_TOKEN_FO',
    ],
    [
      { env: { ...instead, CONFAB_TOKEN_OIDC_CLAIM: 'email' } },
      'CONFAB_TOKEN_OIDC_CLAIM has no effect without CONFAB_TOKEN_OIDC_ISSUER.',
    ],
    [{ env: { CONFAB_HOST: '0.0.0.0' } }, 'CONFAB_HOST is 0.0.0.0 without TLS'],
    [{ env: { CONFAB_HOST: '::', CONFAB_PUBLIC_URL: 'http://chat.example.com' } }, 'CONFAB_HOST is :: without TLS'],
  ])('warns of %j', (given: Given, warning) => {
    const { warnings } = load(given);
    expect(warnings).toEqual([expect.stringContaining(warning)]);
    expect(warnings[0]).not.toContain(MASTER_KEY);
  });

  it('does not warn of a public address behind a TLS proxy, or with TLS of its own', () => {
    expect(load({ env: { CONFAB_HOST: '0.0.0.0', CONFAB_PUBLIC_URL: 'https://chat.example.com' } }).warnings).toEqual(
      [],
    );
    expect(load({ env: { CONFAB_HOST: '0.0.0.0', CONFAB_TLS_CERT: 'c', CONFAB_TLS_KEY: 'k' } }).warnings).toEqual([]);
  });
});

describe('resolveConfig', () => {
  it('validates options as it does variables, under their own names', () => {
    expect(problemsOf(() => resolveConfig({ port: 70_000, dev: true, host: '0.0.0.0', apiSecret: 'short' }))).toEqual([
      'port is 70000; expected a whole number from 0 to 65535 (0 takes any free port)',
      'apiSecret has 5 characters (value not shown); expected at least 32',
      expect.stringContaining('dev is on, and host is 0.0.0.0'),
    ]);
  });

  it('refuses what a caller without types may give', () => {
    const input: object = {
      port: '4000',
      dev: 1,
      allowedHosts: 'a',
      masterKey: 7,
      authToken: {},
      dataDir: 5,
      limitOverrides: 3,
      prot: 1,
    };
    expect(problemsOf(() => resolveConfig(input))).toEqual(
      [
        'prot is not an option that Confab knows',
        'port is "4000"; expected a whole number from 0 to 65535 (0 takes any free port)',
        'dataDir is 5; expected a path',
        'allowedHosts is "a"; expected a list',
        'dev is 1; expected true or false (in text also 1 or 0)',
        'limitOverrides is 3; expected an object of limits',
        'masterKey is no text; expected 32 bytes in base64 or hexadecimal',
        'authToken is no text; expected at least 32 characters',
      ].map((problem) => expect.stringContaining(problem)),
    );
  });

  it('takes an undefined option for none', () => {
    expect(resolveConfig({ port: undefined, masterKey: undefined }).config.port).toBe(4000);
  });

  it('has a variable for every option', () => {
    const settings: Record<keyof ConfigInput, true> = {
      port: true,
      webhookAllow: true,
      natsUrl: true,
      natsCredsFile: true,
      natsStream: true,
      host: true,
      dataDir: true,
      databaseUrl: true,
      publicUrl: true,
      mediaUrl: true,
      mediaS3Bucket: true,
      mediaS3Endpoint: true,
      mediaS3Region: true,
      mediaS3AccessKeyId: true,
      mediaS3SecretAccessKey: true,
      allowedHosts: true,
      allowedOrigins: true,
      trustedProxies: true,
      tokenOidcIssuer: true,
      tokenOidcAudience: true,
      tokenOidcAuthorizedParties: true,
      tokenOidcJwksUrl: true,
      tokenOidcClaim: true,
      tokenForwardAuthUrl: true,
      tokenForwardAuthHeader: true,
      tokenOrigins: true,
      tokenApiKey: true,
      tokenChatServiceSid: true,
      tokenTtl: true,
      masterKey: true,
      masterKeyPrevious: true,
      limits: true,
      limitOverrides: true,
      join: true,
      dev: true,
      seed: true,
      tlsCert: true,
      tlsKey: true,
      logLevel: true,
      accountSid: true,
      authToken: true,
      apiKey: true,
      apiSecret: true,
      chatServiceSid: true,
    };
    expect(VARIABLES.map(({ setting }) => setting).sort()).toEqual(Object.keys(settings).sort());
  });
});

describe('docs/configuration.md', () => {
  const lines = readFileSync(new URL('../../../../docs/configuration.md', import.meta.url), 'utf8')
    .split('\n')
    .map((line) => line.replaceAll(/ +/g, ' '));
  const undocumented = (rows: string[]) => rows.filter((row) => !lines.some((line) => line.startsWith(row)));

  it('has every variable and its flag', () => {
    expect(undocumented(VARIABLES.map((variable) => `| \`${variable.name}\`, \`--${flagOf(variable)}\` |`))).toEqual(
      [],
    );
  });

  it('has every limit and its value', () => {
    const limits = Object.entries(DEFAULT_LIMITS);
    expect(undocumented(limits.map(([name, value]) => `| \`${name}\` | ${value.toLocaleString('en-US')} |`))).toEqual(
      [],
    );
  });
});
