/**
 * GETQUOTA, GETQUOTAROOT, SETQUOTA: RFC 9208. One root, "", for all that an account keeps. Its resources are
 * STORAGE and, where messages are limited, MESSAGE: what has no limit is not named. Limits are the
 * administrator's to set: SETQUOTA is read and refused, and QUOTASET not announced.
 */
import { MailError } from "../../../lib/mail/errors.ts";
import type { Usage } from "../../../lib/mail/quota.ts";
import { command } from "../command.ts";
import type { ImapSession } from "../state.ts";

const ROOT = "";
/** STORAGE counts units of 1024 octets (§5.1). */
const UNIT = 1024;

export const getQuota = command({
  states: ["authenticated", "selected"],
  parse: (d) => d.sp().astring(),
  async run(root, { session }) {
    if (root !== ROOT) throw new MailError("notFound", "No such quota root");
    await sayQuota(session);
  },
});

export const getQuotaRoot = command({
  states: ["authenticated", "selected"],
  parse: (d) => d.sp().mailbox(),
  async run(name, { session }) {
    const folder = await session.folder(name, { needs: "r" });
    const { out, owner } = session;
    const response = out.encoder().untagged("QUOTAROOT ").mailbox(folder.name);
    // What somebody else has used is his business: his mailboxes have no root to ask about.
    if (folder.mailboxId !== owner.mailboxId) return out.text(response.crlf());
    out.text(response.sp().string(ROOT).crlf());
    await sayQuota(session);
  },
});

export const setQuota = command({
  states: ["authenticated", "selected"],
  parse(d) {
    d.sp().astring();
    d.sp().listOrEmpty((list) => {
      list.word();
      return list.sp().number64();
    });
  },
  run: () => Promise.reject(new MailError("policyRefused", "Quotas are set by the administrator")),
});

async function sayQuota({ out, owner, context }: ImapSession): Promise<void> {
  const resources = resourcesOf(await context.store.quota(owner.mailboxId)).join(" ");
  out.text(out.encoder().untagged("QUOTA ").string(ROOT).raw(` (${resources})`).crlf());
}

/** What is begun of a unit is used, what is not whole of one cannot be. */
function resourcesOf({ usedBytes, quotaBytes, usedMessages, quotaMessages }: Usage): string[] {
  const storage = `STORAGE ${Math.ceil(usedBytes / UNIT)} ${Math.floor(quotaBytes / UNIT)}`;
  if (quotaMessages === null) return [storage];
  return [storage, `MESSAGE ${usedMessages} ${quotaMessages}`];
}
