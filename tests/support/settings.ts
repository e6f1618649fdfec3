/** Settings for tests: free loopback ports, made-up secrets, a data folder of its own. */
import { randomBytes } from "node:crypto";
import { loadSettings, type Settings } from "../../lib/settings/settings.ts";
import { testFolder } from "./cluster.ts";

const PORTS = [
  "SMTP",
  "SUBMISSIONS",
  "SUBMISSION",
  "IMAP",
  "IMAPS",
  "POP3",
  "POP3S",
  "HTTP",
  "HTTPS",
];

/** The environment of a process under test: what loadSettings reads. */
export function testEnvironment(dns?: string): Record<string, string> {
  return {
    ...Object.fromEntries(PORTS.map((name) => [`${name}_PORT`, "auto"])),
    BIND_ADDRESS: "127.0.0.1",
    MAIL_HOSTNAME: "mx.posthorn.test",
    POSTHORN_DATA: testFolder(),
    AUTH_SECRET: randomBytes(32).toString("base64"),
    POSTHORN_SECRET_KEY: randomBytes(32).toString("base64"),
    ALLOW_PLAINTEXT_AUTH_ON_LOOPBACK: "yes",
    // No test asks anybody but its own servers: what it does not start is refused at once.
    ...{ DNS_SERVERS: dns ?? "127.0.0.1:1", DNS_ROOTS: "127.0.0.1", DNS_AUTHORITY_PORT: "1" },
    DNS_WATCH: "no",
  };
}

export function testSettings({
  dns,
  over,
}: { dns?: string; over?: Partial<Settings> } = {}): Settings {
  return { ...loadSettings(testEnvironment(dns)), ...over };
}
