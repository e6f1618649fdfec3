/**
 * Capabilities of IMAP that an account can be denied: for a client that announces trouble with one. What
 * is denied is not announced to the account, and its commands are unknown to it.
 *
 * Not among them: what shapes the wire before anybody has signed in (IMAP4rev1, LITERAL+, SASL-IR, ID,
 * ENABLE). IMAP4rev2 can be denied: then it is left out once somebody has signed in.
 */

/** Each with its commands; an empty list is one that is no command. */
const COMMANDS_OF = {
  IMAP4rev2: [],
  IDLE: ["IDLE"],
  NAMESPACE: ["NAMESPACE"],
  UNSELECT: ["UNSELECT"],
  UIDPLUS: ["UID EXPUNGE"],
  MOVE: ["MOVE", "UID MOVE"],
  UNAUTHENTICATE: ["UNAUTHENTICATE"],
  "COMPRESS=DEFLATE": ["COMPRESS"],
  QUOTA: ["GETQUOTA", "GETQUOTAROOT", "SETQUOTA"],
  METADATA: ["GETMETADATA", "SETMETADATA"],
  ACL: ["SETACL", "DELETEACL", "GETACL", "LISTRIGHTS", "MYRIGHTS"],
  "LIST-MYRIGHTS": [],
  REPLACE: ["REPLACE", "UID REPLACE"],
  MULTISEARCH: ["ESEARCH"],
  NOTIFY: ["NOTIFY"],
  SORT: ["SORT", "UID SORT"],
  "SORT=DISPLAY": [],
  ESORT: [],
  "CONTEXT=SEARCH": [],
  "CONTEXT=SORT": [],
  "THREAD=ORDEREDSUBJECT": [],
  "THREAD=REFERENCES": [],
  "THREAD=REFS": [],
  CHILDREN: [],
  "SPECIAL-USE": [],
  "CREATE-SPECIAL-USE": [],
  "LIST-EXTENDED": [],
  "LIST-STATUS": [],
  "LIST-METADATA": [],
  ESEARCH: [],
  SEARCHRES: [],
  WITHIN: [],
  CONDSTORE: [],
  QRESYNC: [],
  MULTIAPPEND: [],
  CATENATE: [],
  "URL-PARTIAL": [],
  URLAUTH: ["GENURLAUTH", "RESETKEY", "URLFETCH"],
  "URLAUTH=BINARY": [],
  UIDONLY: [],
  OBJECTID: [],
  SAVEDATE: [],
  "STATUS=SIZE": [],
  PREVIEW: [],
  BINARY: [],
  "UTF8=ACCEPT": [],
  "I18NLEVEL=1": [],
  PARTIAL: [],
  UIDBATCHES: ["UIDBATCHES"],
  INPROGRESS: [],
} satisfies Record<string, readonly string[]>;

export type DeniableCapability = keyof typeof COMMANDS_OF;

/** Those that make no sense without another, which takes them along. */
const NEEDS: Readonly<Record<string, DeniableCapability>> = {
  "QUOTA=RES-STORAGE": "QUOTA",
  "QUOTA=RES-MESSAGE": "QUOTA",
  "SORT=DISPLAY": "SORT",
  ESORT: "SORT",
  "CONTEXT=SORT": "SORT",
  QRESYNC: "CONDSTORE",
  "CREATE-SPECIAL-USE": "SPECIAL-USE",
  "LIST-METADATA": "METADATA",
  "LIST-MYRIGHTS": "ACL",
  "RIGHTS=kxte": "ACL",
  "URLAUTH=BINARY": "URLAUTH",
};

export const DENIABLE = Object.keys(COMMANDS_OF) as readonly DeniableCapability[];

/** The capability as we spell it, whatever the case; null when it is none that can be denied. */
export function deniableCapability(name: string): DeniableCapability | null {
  return DENIABLE.find((known) => known.toUpperCase() === name.toUpperCase()) ?? null;
}

/** Is this capability denied, by itself or with one that it needs? */
export function isDenied(capability: string, denied: readonly string[]): boolean {
  const needs = NEEDS[capability];
  return denied.includes(capability) || (needs !== undefined && denied.includes(needs));
}

/** May a command not be used because its capability is denied? */
export function isCommandDenied(command: string, denied: readonly string[]): boolean {
  return DENIABLE.some(
    (name) => denied.includes(name) && (COMMANDS_OF[name] as readonly string[]).includes(command),
  );
}
