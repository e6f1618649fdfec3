/**
 * The account at an authority as engines use it, on `pg`; its keys are sealed for their row. The console's
 * side, without secrets, is lib/storage/certificate-list.ts.
 */
import { createPrivateKey, type KeyObject } from "node:crypto";
import {
  accountKeyContext,
  externalKeyContext,
  isAcmeMethod,
  type AcmeMethod,
} from "../mail/acme/authorities.ts";
import type { AcmeReason } from "../mail/acme/reasons.ts";
import { DNS_CHANNEL } from "./dns-channels.ts";
import type { SecretBox } from "./secret-box.ts";
import { statement, translated, type Sql } from "./sql.ts";

export interface AcmeAccount {
  readonly id: string;
  readonly directoryUrl: string;
  readonly contact: string;
  readonly key: KeyObject;
  /** Null until it is registered. */
  readonly accountUrl: string | null;
  readonly external: { readonly kid: string; readonly macKey: string } | null;
  readonly rootsPem: string;
  /** That somebody agreed to, with `termsAgreedAt`; else those that are to be agreed to. */
  readonly termsUrl: string | null;
  readonly termsAgreedAt: Date | null;
  readonly caaIdentities: readonly string[];
  readonly methods: readonly AcmeMethod[];
}

interface Row {
  readonly id: string;
  readonly directoryUrl: string;
  readonly contact: string;
  readonly privateKey: Buffer;
  readonly accountUrl: string | null;
  readonly eabKid: string | null;
  readonly eabKey: Buffer | null;
  readonly rootsPem: string;
  readonly termsUrl: string | null;
  readonly termsAgreedAt: Date | null;
  readonly caaIdentities: string[];
  readonly methods: string[];
}

const selectActive = statement<Row>(
  "acme-account.active",
  `SELECT id, directory_url AS "directoryUrl", contact, private_key AS "privateKey",
     account_url AS "accountUrl", eab_kid AS "eabKid", eab_key AS "eabKey", roots_pem AS "rootsPem",
     terms_url AS "termsUrl", terms_agreed_at AS "termsAgreedAt", caa_identities AS "caaIdentities",
     methods
   FROM acme_account WHERE active`,
);

/** The one in use; throws when its key was sealed with another secret. */
export async function readAcmeAccount(db: Sql, secrets: SecretBox): Promise<AcmeAccount | null> {
  const [row] = await translated(selectActive(db));
  if (!row) return null;
  const { privateKey, eabKid, eabKey, methods, ...rest } = row;
  const der = secrets.open(privateKey, accountKeyContext(row.id));
  const macKey = eabKey && secrets.open(eabKey, externalKeyContext(row.id)).toString();
  return {
    ...rest,
    key: createPrivateKey({ key: der, format: "der", type: "pkcs8" }),
    external: eabKid !== null && macKey !== null ? { kid: eabKid, macKey } : null,
    methods: methods.filter(isAcmeMethod),
  };
}

const updateDirectory = statement(
  "acme-account.directory",
  `UPDATE acme_account SET terms_url = $2, caa_identities = $3,
     terms_agreed_at = CASE WHEN terms_url IS DISTINCT FROM $2 THEN NULL ELSE terms_agreed_at END,
     terms_agreed_by = CASE WHEN terms_url IS DISTINCT FROM $2 THEN NULL ELSE terms_agreed_by END
   WHERE id = $1`,
);

/** What the directory says; other terms than before are not agreed to. */
export async function noteDirectory(
  db: Sql,
  id: string,
  { termsUrl, caaIdentities }: { termsUrl: string | null; caaIdentities: readonly string[] },
): Promise<void> {
  await translated(updateDirectory(db, id, termsUrl, [...caaIdentities]));
}

const updateRegistered = statement(
  "acme-account.registered",
  `UPDATE acme_account SET account_url = $2, registered_at = now(), last_error = NULL WHERE id = $1`,
);
export async function noteRegistered(db: Sql, id: string, accountUrl: string): Promise<void> {
  await translated(updateRegistered(db, id, accountUrl));
}

const updateError = statement(
  "acme-account.error",
  "UPDATE acme_account SET last_error = $2 WHERE id = $1",
);
export async function noteAccountError(db: Sql, id: string, reason: AcmeReason): Promise<void> {
  await translated(updateError(db, id, JSON.stringify(reason)));
}

const askTerms = statement(
  "acme-account.terms",
  `UPDATE acme_account SET terms_url = $2, terms_agreed_at = NULL, terms_agreed_by = NULL
   WHERE id = $1`,
);
/** RFC 8555 §7.3.3: new terms, that a person has to agree to. */
export async function askForTerms(db: Sql, id: string, termsUrl: string): Promise<void> {
  await translated(askTerms(db, id, termsUrl));
}

const notifyPages = statement(
  "acme-account.notify",
  `SELECT pg_notify('${DNS_CHANNEL}', '- server')`,
);
/** Open pages are drawn again. */
export async function tellOfAccount(db: Sql): Promise<void> {
  await translated(notifyPages(db));
}
