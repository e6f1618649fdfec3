/**
 * A real Postfix for interop tests: own configuration, queue and ports on loopback, nothing of the machine's
 * own. Postfix's master wants root (it drops privileges itself), so tests skip without it.
 */
import { execFile } from "node:child_process";
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Certificate } from "../../lib/mail/self-signed.ts";
import { freePort } from "./free-port.ts";
import { withResolver } from "./own-resolver.ts";
import { findProgram, missing } from "./tools.ts";
import { until } from "./until.ts";

const run = promisify(execFile);

/** For `{ skip: missingPostfix() }`. */
export function missingPostfix(): string | false {
  const absent = missing("postfix");
  if (absent) return absent;
  return userInfo().uid === 0 ? false : "needs root: Postfix's master starts as root";
}

export interface PostfixOptions {
  /** Mailboxes, delivered to Maildirs. Others of these domains are refused at RCPT. */
  readonly mailboxes: readonly string[];
  readonly certificate?: Certificate;
  /** A port from freePort(), when somebody must know it before Postfix runs. */
  readonly port?: number;
  /** Where it sends mail for other domains: "[127.0.0.1]:2525". */
  readonly relayHost?: string;
  /** It looks up MX by itself, asking a resolver at port 53 of `resolver`, and demands of TLS: */
  readonly outwards?: { readonly resolver: string; readonly tls: "dane" | StsPolicies };
}

/** What a policy of MTA-STS says, by a socketmap of Debian's postfix-mta-sts-resolver. */
export interface StsPolicies {
  readonly mapPort: number;
  /** PEM: who may have signed the certificates of mail servers. */
  readonly roots: string;
}

export interface Postfix {
  readonly port: number;
  /** What a mailbox has received, oldest first. */
  inbox(address: string): string[];
  /** Hands a message to it, as a local program does. */
  sendmail(from: string, to: string, message: string): Promise<void>;
  /** Hands it a message for elsewhere; "sent", or why it was put off. */
  delivery(from: string, to: string, subject: string): Promise<string>;
  /** How the last connection to elsewhere was encrypted, in its words. */
  lastConnection(): string;
  log(): string;
  stop(): Promise<void>;
}

export async function startPostfix(options: PostfixOptions): Promise<Postfix> {
  const home = mkdtempSync(join(tmpdir(), "posthorn-postfix-"));
  chmodSync(home, 0o755);
  const port = options.port ?? (await freePort());
  const folders = ["etc", "queue", "data", "mail"].map((name) => join(home, name));
  for (const folder of folders) mkdirSync(folder, { mode: 0o755 });
  const [etc = "", queue = "", data = "", mail = ""] = folders;
  await run("chown", ["postfix", data]);
  await run("chown", ["postfix", mail]);
  writeFileSync(join(etc, "main.cf"), await mainCf({ home, queue, data, mail }, options));
  writeFileSync(join(etc, "master.cf"), masterCf(port));
  const postfix = findProgram("postfix") ?? "postfix";
  await run(postfix, ["-c", etc, "check"]);
  const start = [postfix, "-c", etc, "start"] as const;
  const { outwards } = options;
  const [program, ...args] = outwards ? withResolver(home, outwards.resolver, start) : start;
  await run(program, args);
  const log = () => readFileSync(join(home, "log"), "utf8");
  const sendmail = async (from: string, to: string, message: string) => {
    const child = run(findProgram("sendmail") ?? "sendmail", ["-C", etc, "-i", "-f", from, to]);
    child.child.stdin?.end(message.replaceAll("\r\n", "\n"));
    await child;
  };
  return {
    ...{ port, log, sendmail },
    inbox: (address) => readInbox(join(mail, address)),
    async delivery(from, to, subject) {
      const start = log().length;
      await sendmail(from, to, `Subject: ${subject}\n\nhello\n`);
      return outcome(() => log().slice(start), subject);
    },
    lastConnection: () => log().match(TLS_CONNECTION)?.at(-1) ?? "",
    async stop() {
      await run(postfix, ["-c", etc, "stop"]).catch(() => {});
      rmSync(home, { recursive: true, force: true });
    },
  };
}

const TLS_CONNECTION = /(?:Verified|Untrusted|Trusted|Anonymous) TLS connection[^\n]*/g;

/** What its log says of the one message it was handed; after a failure it leaves a destination alone for a second. */
async function outcome(log: () => string, subject: string): Promise<string> {
  const id = () => /pickup\[\d+\]: (\w+):/.exec(log())?.[1];
  await until(() => id() !== undefined, `${subject} in its queue`);
  const word = () =>
    log()
      .split("\n")
      .filter((line) => line.includes(`${id()}: to=`))
      .flatMap((line) => /status=.*/.exec(line)?.[0] ?? [])
      .find((text) => !text.includes("temporarily suspended"));
  await until(() => word() !== undefined, `a word about ${subject}`);
  const said = word() ?? "";
  return said.startsWith("status=sent") ? "sent" : said;
}

interface Places {
  home: string;
  queue: string;
  data: string;
  mail: string;
}

async function mainCf(
  { home, queue, data, mail }: Places,
  { mailboxes, certificate, relayHost, outwards }: PostfixOptions,
): Promise<string> {
  const [uid, gid] = await Promise.all(
    ["-u", "-g"].map(async (flag) => (await run("id", [flag, "postfix"])).stdout.trim()),
  );
  const domains = new Set(mailboxes.map((address) => address.split("@")[1]));
  const lines: Record<string, string> = {
    compatibility_level: "3.6",
    queue_directory: queue,
    data_directory: data,
    mail_owner: "postfix",
    setgid_group: "postdrop",
    maillog_file: join(home, "log"),
    maillog_file_prefixes: tmpdir(),
    myhostname: "postfix.test",
    mydestination: "",
    inet_interfaces: "127.0.0.1",
    inet_protocols: "ipv4",
    mynetworks: "",
    alias_maps: "",
    alias_database: "",
    local_recipient_maps: "",
    relayhost: relayHost ?? "",
    smtp_dns_support_level: "disabled",
    smtpd_relay_restrictions: "reject_unauth_destination",
    smtputf8_enable: "yes",
    virtual_mailbox_domains: [...domains].join(", "),
    virtual_mailbox_maps: `inline:{${mailboxes.map((box) => `{${box}=${box}/}`).join(", ")}}`,
    virtual_mailbox_base: mail,
    virtual_uid_maps: `static:${uid}`,
    virtual_gid_maps: `static:${gid}`,
    virtual_minimum_uid: "1",
  };
  if (certificate) {
    const file = join(home, "tls.pem");
    writeFileSync(file, certificate.keyPem + certificate.certPem, { mode: 0o600 });
    Object.assign(lines, { smtpd_tls_security_level: "may", smtpd_tls_chain_files: file });
  }
  if (outwards)
    Object.assign(lines, {
      ...{ smtp_dns_support_level: "dnssec", smtp_host_lookup: "dns", smtp_tls_loglevel: "1" },
      max_use: "1", // a client that goes on keeps TLSA for as long as they may be kept
      ...{ minimal_backoff_time: "1s", maximal_backoff_time: "2s", queue_run_delay: "1s" },
      ...(outwards.tls === "dane"
        ? { smtp_tls_security_level: "dane-only" }
        : byPolicy(outwards.tls, home)),
    });
  return Object.entries(lines)
    .map(([name, value]) => `${name} = ${value}\n`)
    .join("");
}

function byPolicy({ mapPort, roots }: StsPolicies, home: string): Record<string, string> {
  const file = join(home, "roots.pem");
  writeFileSync(file, roots);
  return {
    ...{ smtp_tls_security_level: "may", smtp_tls_CAfile: file },
    smtp_tls_policy_maps: `socketmap:inet:127.0.0.1:${mapPort}:postfix`,
  };
}

/** Only what these tests use; nothing in a chroot. */
function masterCf(port: number): string {
  const services = [
    `127.0.0.1:${port} inet n - n - - smtpd`,
    ...["cleanup unix n - n - 0", "rewrite unix - - n - - trivial-rewrite"],
    ...["qmgr unix n - n 300 1", "bounce unix - - n - 0", "defer unix - - n - 0 bounce"],
    ...["trace unix - - n - 0 bounce", "proxymap unix - - n - -", "smtp unix - - n - -"],
    ...["virtual unix - n n - -", "error unix - - n - -", "retry unix - - n - - error"],
    ...["anvil unix - - n - 1", "tlsmgr unix - - n 1000? 1", "verify unix - - n - 1"],
    ...["pickup unix n - n 1 1", "flush unix n - n 1000? 0", "showq unix n - n - -"],
    "postlog unix-dgram n - n - 1 postlogd",
  ];
  return services
    .map((line) => (line.split(" ").length === 7 ? `${line} ${line.split(" ")[0]}` : line))
    .map((line) => `${line}\n`)
    .join("");
}

function readInbox(maildir: string): string[] {
  const fresh = join(maildir, "new");
  try {
    return readdirSync(fresh)
      .sort()
      .map((name) => readFileSync(join(fresh, name), "latin1"));
  } catch {
    return []; // nothing delivered yet: Postfix makes the folder with the first message
  }
}
