/**
 * Everything the environment may set, read once at the start of a process and checked.
 *
 * A name stands here and in README's table, nowhere else; every secret may also come from a file
 * (`NAME_FILE`). A wrong value stops the start with one table of all problems (problems.ts), exit 78.
 * What one changes while it runs (domains, users, policies) is in the database, not here.
 */
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { hostname } from "node:os";
import { isIP } from "node:net";
import { z } from "zod";
import { DEFAULT_PORTS, portChoice, type Listener, type PortChoice } from "./ports.ts";
import { BadSettings, type Environment } from "./problems.ts";
import { readSecretFiles, SECRET_NAMES, storedSecret } from "./secrets.ts";

export interface Settings {
  /** Null: all addresses, IPv4 and IPv6. */
  readonly bindAddress: string | null;
  /** Ports to try, in this order; the first that can be bound is taken. Empty: the listener is off. */
  readonly ports: Readonly<Record<Listener, PortChoice>>;
  /** Null: the embedded PostgreSQL in the data folder. */
  readonly databaseUrl: string | null;
  readonly databasePoolSize: number;
  readonly dataFolder: string;
  /** The name in the SMTP banner and EHLO, in Received and in MX records; lower case. */
  readonly mailHostname: string;
  /** Where people reach the console, without trailing slash; null until somebody says. */
  readonly publicUrl: string | null;
  /** Signs next-auth's cookies. */
  readonly authSecret: string;
  /** Seals private keys at rest (lib/storage/secret-box.ts): 32 bytes. */
  readonly secretKey: Buffer;
  readonly logLevel: LogLevel;
  readonly dns: {
    /** "address" or "address:port"; empty: those of the system. */
    readonly servers: readonly string[];
    /** Whether their AD bit is believed; null: when they are on loopback. */
    readonly trusted: boolean | null;
    /** Root servers where a walk down the delegation begins; empty: those of the Internet. */
    readonly roots: readonly string[];
    /** Where authoritative servers are asked: 53, except in test set-ups. */
    readonly authorityPort: number;
  };
  /** Whether this engine looks at DNS for all domains (another one may, or nobody). */
  readonly dnsWatch: boolean;
  /** Where outbound delivery knocks: 25, except in tests. */
  readonly smtpDeliveryPort: number;
  /** Where policies are fetched over HTTPS: 443, except in tests. */
  readonly httpsFetchPort: number;
  /** Whether records of strangers may lead our deliveries into private networks. */
  readonly deliverToPrivateNetworks: boolean;
  /** AUTH and LOGIN without TLS, for clients on this machine only. */
  readonly allowPlaintextAuthOnLoopback: boolean;
  /** Networks of load balancers that speak the PROXY protocol to us: CIDR. */
  readonly proxyProtocolFrom: readonly string[];
  /** How long the trace and finished mail of the queue are kept. */
  readonly traceDays: number;
  readonly limits: Limits;
}

export interface Limits {
  readonly maxMessageBytes: number;
  readonly maxRecipients: number;
  /** Open connections of an engine process, all protocols. */
  readonly maxConnections: number;
  readonly maxConnectionsPerAddress: number;
  /** SMTP transactions to other servers that run at once. */
  readonly deliveryConcurrency: number;
}

const LOG_LEVELS = ["fatal", "error", "warn", "info", "debug", "trace", "silent"] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** The folder of the clone: the default data folder does not depend on where one stands. */
export const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

const MEBI = 1024 * 1024;
/** next-auth wants entropy, not length; shorter than this is a word. */
const MIN_AUTH_SECRET = 32;

const text = z.string().trim();
const whole = (min: number, max: number, standard: number) =>
  text
    .regex(/^\d+$/, "must be a whole number")
    .transform(Number)
    .pipe(z.number().min(min, `must be at least ${min}`).max(max, `must be at most ${max}`))
    .default(standard);
const flag = text.toLowerCase().transform((value, context) => {
  if (["1", "true", "yes", "on"].includes(value)) return true;
  if (["0", "false", "no", "off"].includes(value)) return false;
  context.addIssue({ code: "custom", message: "must be yes or no" });
  return z.NEVER;
});
const list = text.transform((value) => value.split(/[\s,]+/).filter((item) => item !== ""));
const address = text.refine((value) => isIP(value) !== 0, "must be an IP address");
const hostName = text
  .toLowerCase()
  .regex(
    /^(?=.{1,253}$)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*$/,
    "must be a host name such as mail.example.org",
  );
const url = (protocols: RegExp, what: string) =>
  z.url({ protocol: protocols, message: `must be ${what}` });
const KEY_MESSAGE = "must be 32 bytes in hexadecimal or base64: openssl rand -base64 32";
const key = text.transform((value, context) => {
  const bytes = Buffer.from(value, /^[0-9a-f]{64}$/i.test(value) ? "hex" : "base64");
  if (bytes.length === 32) return bytes;
  context.addIssue({ code: "custom", message: KEY_MESSAGE });
  return z.NEVER;
});
const dnsServer = z.string().refine((value) => {
  const host = /^\[(.+)\](?::\d+)?$/.exec(value)?.[1] ?? /^([^:]+):\d+$/.exec(value)?.[1] ?? value;
  return isIP(host) !== 0;
}, "must be addresses: 127.0.0.1, 127.0.0.1:5353 or [::1]:53");
const network = z.string().refine((value) => {
  const [base = "", bits, more] = value.split("/");
  const family = isIP(base);
  if (family === 0 || more !== undefined) return false;
  return bits === undefined || (/^\d+$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128));
}, "must be networks such as 10.0.0.0/8");

const Variables = z.object({
  BIND_ADDRESS: address.optional(),
  SMTP_PORT: portChoice(DEFAULT_PORTS.smtp),
  SUBMISSIONS_PORT: portChoice(DEFAULT_PORTS.submissions),
  SUBMISSION_PORT: portChoice(DEFAULT_PORTS.submission),
  IMAP_PORT: portChoice(DEFAULT_PORTS.imap),
  IMAPS_PORT: portChoice(DEFAULT_PORTS.imaps),
  POP3_PORT: portChoice(DEFAULT_PORTS.pop3),
  POP3S_PORT: portChoice(DEFAULT_PORTS.pop3s),
  HTTP_PORT: portChoice(DEFAULT_PORTS.http),
  HTTPS_PORT: portChoice(DEFAULT_PORTS.https),
  DATABASE_URL: url(/^postgres(?:ql)?$/, "postgresql://user:password@host:port/name").optional(),
  DATABASE_POOL_SIZE: whole(2, 500, 10),
  POSTHORN_DATA: text.optional(),
  MAIL_HOSTNAME: hostName.optional(),
  PUBLIC_URL: url(/^https?$/, "an address such as https://mail.example.org").optional(),
  AUTH_SECRET: text.min(MIN_AUTH_SECRET, `must have ${MIN_AUTH_SECRET} characters`).optional(),
  POSTHORN_SECRET_KEY: key.optional(),
  LOG_LEVEL: z
    .enum(LOG_LEVELS, { error: `must be one of ${LOG_LEVELS.join(", ")}` })
    .default("info"),
  DNS_SERVERS: list.pipe(z.array(dnsServer)).default([]),
  DNS_TRUSTED: flag.optional(),
  DNS_ROOTS: list.pipe(z.array(address)).default([]),
  DNS_AUTHORITY_PORT: whole(1, 65_535, 53),
  DNS_WATCH: flag.default(true),
  SMTP_DELIVERY_PORT: whole(1, 65_535, 25),
  HTTPS_FETCH_PORT: whole(1, 65_535, 443),
  DELIVER_TO_PRIVATE_NETWORKS: flag.default(false),
  ALLOW_PLAINTEXT_AUTH_ON_LOOPBACK: flag.default(false),
  PROXY_PROTOCOL_FROM: list.pipe(z.array(network)).default([]),
  TRACE_DAYS: whole(1, 3_650, 30),
  MAX_MESSAGE_BYTES: whole(64 * 1024, 1024 * MEBI, 50 * MEBI),
  MAX_RECIPIENTS: whole(100, 100_000, 1_000), // RFC 5321 §4.5.3.1.8: at least 100
  MAX_CONNECTIONS: whole(10, 1_000_000, 20_000),
  MAX_CONNECTIONS_PER_ADDRESS: whole(1, 1_000_000, 400),
  DELIVERY_CONCURRENCY: whole(1, 10_000, 100),
});
type Variables = z.infer<typeof Variables>;

/**
 * Reads the settings of this process; throws BadSettings. Secrets that nobody gave are made once and
 * kept in the data folder.
 */
export function loadSettings(env: Environment): Settings {
  const variables = parseVariables(readSecretFiles(withoutEmpty(env)));
  const dataFolder = resolve(variables.POSTHORN_DATA ?? join(ROOT, "data"));
  return settingsFrom(variables, {
    dataFolder,
    authSecret: variables.AUTH_SECRET ?? storedSecret(dataFolder, "auth-secret"),
    secretKey:
      variables.POSTHORN_SECRET_KEY ??
      Buffer.from(storedSecret(dataFolder, "secret-key"), "base64"),
  });
}

/** The checked variables alone: no file is read or written. Throws BadSettings. */
export function parseVariables(env: Environment): Variables {
  const given = { ...env, AUTH_SECRET: env["AUTH_SECRET"] ?? env["NEXTAUTH_SECRET"] };
  const result = Variables.safeParse(given);
  if (result.success) return result.data;
  throw new BadSettings(
    result.error.issues.map(({ path, message }) => {
      const name = String(path[0]);
      return { name, value: shown(name, env[name]), text: message };
    }),
  );
}

type Kept = Pick<Settings, "dataFolder" | "authSecret" | "secretKey">;

function settingsFrom(v: Variables, kept: Kept): Settings {
  return {
    ...kept,
    bindAddress: v.BIND_ADDRESS ?? null,
    ports: {
      smtp: v.SMTP_PORT,
      submissions: v.SUBMISSIONS_PORT,
      submission: v.SUBMISSION_PORT,
      imap: v.IMAP_PORT,
      imaps: v.IMAPS_PORT,
      pop3: v.POP3_PORT,
      pop3s: v.POP3S_PORT,
      http: v.HTTP_PORT,
      https: v.HTTPS_PORT,
    },
    databaseUrl: v.DATABASE_URL ?? null,
    databasePoolSize: v.DATABASE_POOL_SIZE,
    mailHostname: v.MAIL_HOSTNAME ?? ownName(),
    publicUrl: v.PUBLIC_URL?.replace(/\/+$/, "") ?? null,
    logLevel: v.LOG_LEVEL,
    dns: {
      servers: v.DNS_SERVERS,
      trusted: v.DNS_TRUSTED ?? null,
      roots: v.DNS_ROOTS,
      authorityPort: v.DNS_AUTHORITY_PORT,
    },
    dnsWatch: v.DNS_WATCH,
    smtpDeliveryPort: v.SMTP_DELIVERY_PORT,
    httpsFetchPort: v.HTTPS_FETCH_PORT,
    deliverToPrivateNetworks: v.DELIVER_TO_PRIVATE_NETWORKS,
    allowPlaintextAuthOnLoopback: v.ALLOW_PLAINTEXT_AUTH_ON_LOOPBACK,
    proxyProtocolFrom: v.PROXY_PROTOCOL_FROM,
    traceDays: v.TRACE_DAYS,
    limits: {
      maxMessageBytes: v.MAX_MESSAGE_BYTES,
      maxRecipients: v.MAX_RECIPIENTS,
      maxConnections: v.MAX_CONNECTIONS,
      maxConnectionsPerAddress: v.MAX_CONNECTIONS_PER_ADDRESS,
      deliveryConcurrency: v.DELIVERY_CONCURRENCY,
    },
  };
}

/** Compose files and unit files leave `NAME=` behind: that is "not set". */
function withoutEmpty(env: Environment): Environment {
  return Object.fromEntries(Object.entries(env).filter(([, value]) => value?.trim()));
}

/** Machines have names like "My_Laptop": those cannot be said in EHLO. */
function ownName(): string {
  const parsed = hostName.safeParse(hostname());
  return parsed.success ? parsed.data : "localhost";
}

function shown(name: string, value: string | undefined): string {
  if (value === undefined) return "";
  if (SECRET_NAMES.includes(name)) return "(secret)";
  return value.length > 40 ? `${value.slice(0, 39)}…` : value;
}
