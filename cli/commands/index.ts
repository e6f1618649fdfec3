/** The table of contents. A command's code is loaded when it is called: `start` stays small. */
import type { Command } from "../command.ts";

export interface Entry {
  readonly name: string;
  load(): Promise<Command>;
}

export const COMMANDS: readonly Entry[] = [
  { name: "start", load: async () => (await import("./start.ts")).start },
  { name: "web", load: async () => (await import("./process.ts")).web },
  { name: "engine", load: async () => (await import("./process.ts")).engine },
  { name: "migrate", load: async () => (await import("./migrate.ts")).migrate },
  { name: "setup", load: async () => (await import("./setup.ts")).setUpCommand },
  { name: "domain add", load: async () => (await import("./domain.ts")).domainAdd },
  { name: "domain import", load: async () => (await import("./domain-import.ts")).domainImport },
  { name: "domain list", load: async () => (await import("./domain.ts")).domainList },
  { name: "domain show", load: async () => (await import("./domain.ts")).domainShow },
  { name: "domain records", load: async () => (await import("./domain.ts")).domainRecords },
  {
    name: "domain mode",
    load: async () => (await import("./domain-mode.ts")).domainModeCommand,
  },
  { name: "domain keys", load: async () => (await import("./keys.ts")).domainKeys },
  { name: "domain rotate", load: async () => (await import("./keys.ts")).domainRotate },
  { name: "domain verify", load: async () => (await import("./domain-verify.ts")).domainVerify },
  { name: "mailbox add", load: async () => (await import("./mailbox.ts")).mailboxAdd },
  { name: "mailbox list", load: async () => (await import("./mailbox.ts")).mailboxList },
  { name: "mailbox password", load: async () => (await import("./mailbox.ts")).mailboxPassword },
  {
    name: "mailbox folders",
    load: async () => (await import("./mailbox-folders.ts")).mailboxFolders,
  },
  { name: "mailbox limits", load: async () => (await import("./mailbox-limits.ts")).mailboxLimits },
  { name: "mailbox imap", load: async () => (await import("./mailbox-imap.ts")).mailboxImap },
  {
    name: "mailbox app-password add",
    load: async () => (await import("./app-password.ts")).appPasswordAdd,
  },
  {
    name: "mailbox app-password list",
    load: async () => (await import("./app-password.ts")).appPasswordList,
  },
  {
    name: "mailbox app-password revoke",
    load: async () => (await import("./app-password.ts")).appPasswordRevoke,
  },
  { name: "host-key list", load: async () => (await import("./host-key.ts")).hostKeyList },
  { name: "host-key next", load: async () => (await import("./host-key.ts")).hostKeyNext },
  { name: "host-key cancel", load: async () => (await import("./host-key.ts")).hostKeyCancel },
  { name: "host-key switch", load: async () => (await import("./host-key.ts")).hostKeySwitch },
  { name: "host-key csr", load: async () => (await import("./host-key.ts")).hostKeyCsr },
  {
    name: "certificate list",
    load: async () => (await import("./certificate.ts")).certificateList,
  },
  {
    name: "certificate renew",
    load: async () => (await import("./certificate.ts")).certificateRenew,
  },
  {
    name: "certificate authority show",
    load: async () => (await import("./certificate.ts")).authorityShow,
  },
  {
    name: "certificate authority set",
    load: async () => (await import("./certificate.ts")).authoritySet,
  },
  {
    name: "certificate authority agree",
    load: async () => (await import("./certificate.ts")).authorityAgree,
  },
  {
    name: "certificate authority off",
    load: async () => (await import("./certificate.ts")).authorityOff,
  },
  { name: "queue list", load: async () => (await import("./queue.ts")).queueList },
  { name: "doctor", load: async () => (await import("./doctor.ts")).doctor },
  { name: "verify", load: async () => (await import("./verify.ts")).verify },
  { name: "version", load: async () => (await import("./version.ts")).version },
];

export const loadAll = (entries: readonly Entry[]): Promise<Command[]> =>
  Promise.all(entries.map((entry) => entry.load()));
