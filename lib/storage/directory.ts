/**
 * Directory (lib/mail/ports.ts) on PostgreSQL. Addresses are looked up afresh each time, because a new
 * mailbox must receive at once and quota must be current; what is the same for all mail of a domain
 * (the domain itself, its signing keys) is kept for a moment and forgotten at the first notice.
 */
import { createPrivateKey } from "node:crypto";
import type pg from "pg";
import { canonicalLocal, parseAddress, splitTag, type Address } from "../mail/address.ts";
import { APP_PASSWORD_CONTEXT } from "../mail/app-password.ts";
import { domainMode, receivesMail, sendsMail } from "../mail/domain-mode.ts";
import type * as ports from "../mail/ports.ts";
import { DIRECTORY_CHANNEL, expand } from "./directory-expand.ts";
import type { Notifications } from "./notifications.ts";
import type { SecretBox } from "./secret-box.ts";
import { SignInNotes } from "./sign-in-notes.ts";
import { statement, translated } from "./sql.ts";
import { BriefCache } from "./brief-cache.ts";

const selectDomain = statement<{ id: string; name: string; mode: string }>(
  "directory.domain",
  "SELECT id, name, mode FROM domain WHERE name = $1 AND disabled_at IS NULL",
);
/** Of a domain that is switched off nobody signs in: suspended, with all that follows. */
const selectAccount = statement<ports.Account>(
  "directory.account",
  `SELECT m.id AS "mailboxId", m.domain_id AS "domainId", m.local_part || '@' || d.name AS address,
     (m.suspended_at IS NOT NULL OR d.disabled_at IS NOT NULL) AS suspended,
     m.password_hash AS "passwordHash", m.scram_sha256 AS "scramSha256",
     m.imap_denied AS "imapDenied"
   FROM mailbox m JOIN domain d ON d.id = m.domain_id
   WHERE d.name = $1 AND m.local_part IN ($2, $3)
   ORDER BY (m.local_part = $2) DESC LIMIT 1`,
);
const selectAppPassword = statement<ports.FoundAppPassword>(
  "directory.appPassword",
  `SELECT id, mailbox_id AS "mailboxId", name, protocols, expires_at AS "expiresAt",
     revoked_at IS NOT NULL AS revoked
   FROM app_password WHERE lookup = $1`,
);
interface KeyRow {
  readonly id: string;
  readonly selector: string;
  readonly algorithm: "rsa_sha256" | "ed25519_sha256";
  readonly sealed: Buffer;
}
const selectKeys = statement<KeyRow>(
  "directory.keys",
  `SELECT k.id, k.selector, k.algorithm, k.private_key AS sealed
   FROM dkim_key k JOIN domain d ON d.id = k.domain_id
   WHERE d.name = $1 AND d.disabled_at IS NULL AND k.state = 'signing'
     AND k.revoked_at IS NULL AND k.deleted_at IS NULL ORDER BY k.created_at, k.id`,
);

export interface DirectoryParts {
  readonly pool: pg.Pool;
  readonly notifications: Notifications;
  readonly secrets: SecretBox;
  readonly onError: (error: unknown) => void;
}

export class PostgresDirectory implements ports.Directory {
  readonly #pool: pg.Pool;
  readonly #secrets: SecretBox;
  readonly #signIns: SignInNotes;
  readonly #domains = new BriefCache<ports.LocalDomain | null>();
  readonly #signers = new BriefCache<ports.DkimSigner[]>();
  readonly #undo: (() => void)[];

  constructor({ pool, notifications, secrets, onError }: DirectoryParts) {
    this.#pool = pool;
    this.#secrets = secrets;
    this.#signIns = new SignInNotes({ pool, notifications, onError });
    this.#undo = [
      notifications.listen(DIRECTORY_CHANNEL, () => this.#forget()),
      notifications.onReconnect(() => this.#forget()),
    ];
  }

  async close(): Promise<void> {
    for (const off of this.#undo) off();
    await this.#signIns.close();
  }

  findDomain(name: string): Promise<ports.LocalDomain | null> {
    const key = name.toLowerCase();
    return this.#domains.get(key, async () => {
      const [domain] = await translated(selectDomain(this.#pool, key));
      return domain ? { ...domain, mode: domainMode(domain.mode) } : null;
    });
  }

  async findReceiving(name: string): Promise<ports.LocalDomain | null> {
    const domain = await this.findDomain(name);
    return domain && receivesMail(domain.mode) ? domain : null;
  }

  resolve(domain: ports.LocalDomain, local: string): Promise<ports.Resolution | null> {
    return translated(expand(this.#pool, { local, domain: domain.name }, "delivery"));
  }

  async findAccount(address: string): Promise<ports.Account | null> {
    const parsed = parseAddress(address);
    if (parsed === null) return null;
    const exact = canonicalLocal(parsed.local);
    const { base } = splitTag(exact);
    const [account] = await translated(selectAccount(this.#pool, parsed.domain, exact, base));
    return account ?? null;
  }

  async ownsAddress(mailboxId: string, address: Address): Promise<boolean> {
    const domain = await this.findDomain(address.domain);
    if (!domain || !sendsMail(domain.mode)) return false;
    const first = { local: address.local, domain: domain.name };
    const found = await translated(expand(this.#pool, first, "ownership"));
    if (!found || found.forwards.length > 0) return false;
    return found.mailboxes.length === 1 && found.mailboxes[0]?.mailboxId === mailboxId;
  }

  dkimSigners(domain: string): Promise<ports.DkimSigner[]> {
    const key = domain.toLowerCase();
    return this.#signers.get(key, async () => {
      const rows = await translated(selectKeys(this.#pool, key));
      return rows.map((row) => this.#signer(row));
    });
  }

  async findAppPassword(password: string): Promise<ports.FoundAppPassword | null> {
    const lookup = this.#secrets.fingerprint(password, APP_PASSWORD_CONTEXT);
    const [found] = await translated(selectAppPassword(this.#pool, lookup));
    return found ?? null;
  }

  noteSignIn(note: ports.SignInNote): void {
    this.#signIns.note(note);
  }

  #signer({ id, selector, algorithm, sealed }: KeyRow): ports.DkimSigner {
    const der = this.#secrets.open(sealed, dkimContext(id));
    const key = createPrivateKey({ key: der, format: "der", type: "pkcs8" });
    const privateKey = key.export({ format: "pem", type: "pkcs8" }).toString();
    const name = algorithm === "rsa_sha256" ? "rsa-sha256" : "ed25519-sha256";
    return { selector, algorithm: name, privateKey };
  }

  #forget(): void {
    this.#domains.clear();
    this.#signers.clear();
  }
}

/** What a DKIM key's private half is sealed for (secret-box.ts). */
export function dkimContext(keyId: string): string {
  return `dkim:${keyId}`;
}
