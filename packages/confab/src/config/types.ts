import type { LimitProfile, Limits } from './limits.ts';

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;

/** `sid`: whoever presents the conversation's SID. `creator`: only who made it. `never`: they must be added. */
export const JOIN_POLICIES = ['sid', 'creator', 'never'] as const;

export type JoinPolicy = (typeof JOIN_POLICIES)[number];

export type LogLevel = (typeof LOG_LEVELS)[number];

/** What may be configured. Every variable sets one of these, and so does every option of the embedded server. */
export interface ConfigInput {
  /** 0 takes any free port. */
  readonly port?: number | undefined;
  /** Address or name to listen on. */
  readonly host?: string | undefined;
  /** Folder of the database, the media and the master key. Relative to the working directory. */
  readonly dataDir?: string | undefined;
  /** `postgres://…`. Without it, SQLite in the data folder. */
  readonly databaseUrl?: string | undefined;
  /** Where clients reach the server: scheme, host, port, and a path if a proxy takes one off. */
  readonly publicUrl?: string | undefined;
  /** Where clients reach files, if that is another origin. */
  readonly mediaUrl?: string | undefined;
  /** Files in an S3-compatible storage rather than in the data folder: the bucket turns it on. */
  readonly mediaS3Bucket?: string | undefined;
  readonly mediaS3Endpoint?: string | undefined;
  readonly mediaS3Region?: string | undefined;
  readonly mediaS3AccessKeyId?: string | undefined;
  readonly mediaS3SecretAccessKey?: string | undefined;
  /** Further names under which requests may come. */
  readonly allowedHosts?: readonly string[] | undefined;
  /** Addresses or networks of reverse proxies, whose `X-Forwarded-For` is believed. */
  readonly trustedProxies?: readonly string[] | undefined;
  /** Web origins that may use the routes of development mode. */
  readonly allowedOrigins?: readonly string[] | undefined;
  /** 32 bytes in base64 or hexadecimal. */
  readonly masterKey?: string | undefined;
  /** The master key before this one, which is still accepted. */
  readonly masterKeyPrevious?: string | undefined;
  /** `hosted`: the rate limits of the hosted service. */
  readonly limits?: 'hosted' | undefined;
  /** Hosts, addresses and networks that webhooks may be sent to though they are not on the public Internet. */
  readonly webhookAllow?: readonly string[] | undefined;
  /** `nats://…`, of one server or several: every event is published there. */
  readonly natsUrl?: string | undefined;
  /** Credentials for it. Relative to the working directory. */
  readonly natsCredsFile?: string | undefined;
  /** The JetStream stream that has to confirm each event. */
  readonly natsStream?: string | undefined;
  /** Who may join a conversation that they are not in, of those whose role has `joinConversation`. */
  readonly join?: JoinPolicy | undefined;
  readonly dev?: boolean | undefined;
  /** File of what a new database is to hold. Relative to the working directory. */
  readonly seed?: string | undefined;
  /** PEM files. Relative to the working directory. */
  readonly tlsCert?: string | undefined;
  readonly tlsKey?: string | undefined;
  readonly logLevel?: LogLevel | undefined;
  /** The token service: an issuer or a forward-auth URL turns it on. */
  readonly tokenOidcIssuer?: string | undefined;
  readonly tokenOidcAudience?: readonly string[] | undefined;
  readonly tokenOidcAuthorizedParties?: readonly string[] | undefined;
  readonly tokenOidcJwksUrl?: string | undefined;
  readonly tokenOidcClaim?: string | undefined;
  readonly tokenForwardAuthUrl?: string | undefined;
  readonly tokenForwardAuthHeader?: string | undefined;
  readonly tokenOrigins?: readonly string[] | undefined;
  readonly tokenApiKey?: string | undefined;
  readonly tokenChatServiceSid?: string | undefined;
  /** Seconds. */
  readonly tokenTtl?: number | undefined;
  /** The first credentials. What is not given is generated. */
  readonly accountSid?: string | undefined;
  readonly authToken?: string | undefined;
  readonly apiKey?: string | undefined;
  readonly apiSecret?: string | undefined;
  readonly chatServiceSid?: string | undefined;
  /** Single limits that differ from those. */
  readonly limitOverrides?: Partial<Limits> | undefined;
}

export type Setting = keyof ConfigInput;

/** Where NATS is, and who the server is there. */
export interface NatsServers {
  /** Each as `host:port`: one server, or several of a cluster. */
  readonly servers: readonly string[];
  /** Whether a connection without TLS is refused. */
  readonly tls: boolean;
  /** Empty: none. */
  readonly user: string;
  /** Empty: `user` is a token. */
  readonly password: string;
}

export interface NatsConfig {
  /** Undefined: what the servers have taken is enough. */
  readonly stream: string | undefined;
  /** Absolute. */
  readonly credsFile: string | undefined;
}

/** Tokens for callers that somebody else knows. */
export interface TokenServiceConfig {
  readonly login:
    | {
        readonly kind: 'oidc';
        readonly issuer: string;
        readonly audience: readonly string[];
        readonly authorizedParties: readonly string[];
        readonly jwksUrl: string | undefined;
        /** The claim that is the identity. */
        readonly claim: string;
      }
    | { readonly kind: 'forward-auth'; readonly url: string; readonly identityHeader: string };
  /** As browsers send them in `Origin`. */
  readonly origins: readonly string[];
  /** The API key that signs; undefined for the account's first one. */
  readonly apiKey: string | undefined;
  /** Undefined for the account's default service. */
  readonly chatServiceSid: string | undefined;
  /** Seconds. */
  readonly ttl: number;
}

/** A bucket of an S3-compatible storage. */
export interface MediaS3Config {
  readonly bucket: string;
  /** No slash at the end. */
  readonly endpoint: string;
  readonly region: string;
  readonly accessKeyId: string;
}

/** The validated configuration, defaults filled in. Holds no secret: it may be logged. */
export interface Config {
  readonly host: string;
  readonly port: number;
  /** Absolute. */
  readonly dataDir: string;
  readonly database: 'sqlite' | 'postgresql';
  /** Such as `https://chat.example.com`, or `https://example.com/chat`: no slash at the end. */
  readonly publicUrl: string | undefined;
  /** As `publicUrl`, for files; undefined: they are where everything is. */
  readonly mediaUrl: string | undefined;
  /** Undefined: files are in the data folder. */
  readonly mediaS3: MediaS3Config | undefined;
  /** Lower case, without ports. */
  readonly allowedHosts: readonly string[];
  /** IP addresses and networks (`10.0.0.0/8`). */
  readonly trustedProxies: readonly string[];
  /** As browsers send them in `Origin`. */
  readonly allowedOrigins: readonly string[];
  /** Undefined when it is off. */
  readonly tokenService: TokenServiceConfig | undefined;
  readonly join: JoinPolicy;
  /** Host names in lower case, IP addresses, networks. */
  readonly webhookAllow: readonly string[];
  /** Of no effect without `natsServers`. */
  readonly nats: NatsConfig;
  readonly dev: boolean;
  /** Absolute. */
  readonly seedFile: string | undefined;
  /** Absolute paths. */
  readonly tls: { readonly certFile: string; readonly keyFile: string } | undefined;
  readonly logLevel: LogLevel;
  readonly limitProfile: LimitProfile;
  readonly limits: Limits;
  /** The parts of the first credentials that are not secret. */
  readonly firstCredentials: {
    readonly accountSid: string | undefined;
    readonly apiKey: string | undefined;
    readonly chatServiceSid: string | undefined;
  };
}

/** The configured secrets. Never logged, and handed only to what uses them. */
export interface Secrets {
  /** Absent: `master.key` in the data folder. */
  readonly masterKey: Buffer | undefined;
  /** While the master key is rotated: the other one that is accepted. */
  readonly masterKeyPrevious: Buffer | undefined;
  /** Present when the database is PostgreSQL. May hold a password. */
  readonly databaseUrl: string | undefined;
  readonly authToken: string | undefined;
  readonly apiSecret: string | undefined;
  /** Present with `mediaS3`. */
  readonly mediaS3SecretAccessKey: string | undefined;
  /** Present when events are published to NATS. */
  readonly natsServers: NatsServers | undefined;
}

export interface ResolvedConfig {
  readonly config: Config;
  readonly secrets: Secrets;
  /** What is allowed but probably not meant, one sentence each. */
  readonly warnings: readonly string[];
}
