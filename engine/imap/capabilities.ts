/**
 * CAPABILITY: RFC 9051 §6.1.1, §7.2.2. What is announced is what the command table and the connection
 * can do now: mechanisms only where they are allowed, STARTTLS only in clear, the rest of the
 * extensions as soon as somebody has signed in (RFC 9051 lets a server say less before), but those
 * that the account is denied.
 */
import { isDenied } from "../../lib/mail/imap-capabilities.ts";
import { advertised } from "../sasl/mechanisms.ts";
import { COMMANDS } from "./commands/index.ts";
import type { ImapSession } from "./state.ts";

/** The protocol, and what shapes commands before sign-in. */
const ALWAYS = ["IMAP4rev2", "IMAP4rev1", "LITERAL+", "SASL-IR"];

/** Capabilities that are commands: announced when the command is in the table. */
const BY_COMMAND: readonly (readonly [capability: string, command: string])[] = [
  ["ID", "ID"],
  ["ENABLE", "ENABLE"],
  ["IDLE", "IDLE"],
  ["NAMESPACE", "NAMESPACE"],
  ["UNSELECT", "UNSELECT"],
  ["UIDPLUS", "UID EXPUNGE"],
  ["MOVE", "UID MOVE"],
  ["UNAUTHENTICATE", "UNAUTHENTICATE"], // RFC 8437
  ["COMPRESS=DEFLATE", "COMPRESS"], // RFC 4978
  ["QUOTA", "GETQUOTA"], // RFC 9208
  ["QUOTA=RES-STORAGE", "GETQUOTA"],
  ["QUOTA=RES-MESSAGE", "GETQUOTA"],
  ["METADATA", "GETMETADATA"], // RFC 5464
  ["REPLACE", "UID REPLACE"], // RFC 8508
  ["MULTISEARCH", "ESEARCH"], // RFC 7377
  ["NOTIFY", "NOTIFY"], // RFC 5465
  ["UIDBATCHES", "UIDBATCHES"], // RFC 10022
  ["ACL", "GETACL"], // RFC 4314
  ["RIGHTS=kxte", "GETACL"],
  ["LIST-MYRIGHTS", "MYRIGHTS"], // RFC 8440
  ["URLAUTH", "URLFETCH"], // RFC 4467
  ["URLAUTH=BINARY", "URLFETCH"], // RFC 5524
  ["SORT", "UID SORT"],
  ["SORT=DISPLAY", "UID SORT"], // RFC 5957
  ["ESORT", "UID SORT"], // RFC 5267
  ["CONTEXT=SEARCH", "CANCELUPDATE"], // RFC 5267
  ["CONTEXT=SORT", "CANCELUPDATE"],
  ["THREAD=ORDEREDSUBJECT", "UID THREAD"],
  ["THREAD=REFERENCES", "UID THREAD"],
  ["THREAD=REFS", "UID THREAD"], // draft-ietf-morg-inthread
];

/** What existing commands understand beyond RFC 3501. */
const EXTENSIONS = [
  "CHILDREN", // RFC 3348
  "SPECIAL-USE", // RFC 6154
  "CREATE-SPECIAL-USE",
  "LIST-EXTENDED", // RFC 5258
  "LIST-STATUS", // RFC 5819
  "LIST-METADATA", // RFC 9590
  "ESEARCH", // RFC 4731
  "SEARCHRES", // RFC 5182
  "WITHIN", // RFC 5032
  "CONDSTORE", // RFC 7162
  "QRESYNC",
  "MULTIAPPEND", // RFC 3502
  "CATENATE", // RFC 4469
  "URL-PARTIAL", // RFC 5550
  "UIDONLY", // RFC 9586
  "OBJECTID", // RFC 8474
  "SAVEDATE", // RFC 8514
  "STATUS=SIZE", // RFC 8438
  "PREVIEW", // RFC 8970
  "BINARY", // RFC 3516
  "UTF8=ACCEPT", // RFC 6855
  "I18NLEVEL=1", // RFC 5255
  "PARTIAL", // RFC 9394
  "INPROGRESS", // RFC 9585
];

export function capabilities(session: ImapSession): string[] {
  return session.state === "stranger" ? forStrangers(session) : forOwners(session);
}

function forStrangers({ connection, context, private: privately }: ImapSession): string[] {
  const mechanisms = advertised(connection, context.settings).map((name) => `AUTH=${name}`);
  return [
    ...ALWAYS,
    ...byCommand(["ID", "ENABLE"]),
    ...(connection.canStartTls ? ["STARTTLS"] : []),
    ...(privately ? [] : ["LOGINDISABLED"]),
    ...mechanisms,
  ];
}

function forOwners({ context, denied }: ImapSession): string[] {
  const { maxMessageBytes } = context.settings.limits;
  const all = [...ALWAYS, ...byCommand(), ...EXTENSIONS, `APPENDLIMIT=${maxMessageBytes}`]; // RFC 7889
  return all.filter((capability) => !isDenied(capability, denied));
}

function byCommand(only?: readonly string[]): string[] {
  return BY_COMMAND.filter(
    ([capability, name]) => COMMANDS.has(name) && (only?.includes(capability) ?? true),
  ).map(([capability]) => capability);
}
