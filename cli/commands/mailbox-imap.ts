/** `posthorn mailbox imap`: single capabilities of IMAP, denied to a mailbox and given back. */
import { deniableCapability, type DeniableCapability } from "../../lib/mail/imap-capabilities.ts";
import { cliActor } from "../../lib/service/actor.ts";
import { getMailbox, setImapDenied } from "../../lib/service/mailboxes.ts";
import { CommandFailure, EXIT, textOption, type Call, type Command } from "../command.ts";
import { withServices } from "../database.ts";
import { printJson, printLine } from "../output.ts";
import { findMailboxId, noSuchMailbox, splitAddress } from "./mailbox.ts";

export const mailboxImap: Command = {
  name: "mailbox imap",
  usage: "<address> [--deny <capability,…>] [--allow <capability,…>]",
  summary: "Shows and changes which capabilities of IMAP a mailbox is denied",
  help: "For a client that has trouble with one. A change ends the sessions of the mailbox.",
  options: { deny: { type: "string" }, allow: { type: "string" } },
  arguments: [1, 1],
  run: (call) => {
    const address = splitAddress(call.args[0]);
    const [deny, allow] = [capabilities(call, "deny"), capabilities(call, "allow")];
    return withServices(call.settings, async (ctx) => {
      const mailboxId = await findMailboxId(ctx, address);
      const mailbox = await getMailbox(ctx, cliActor, mailboxId);
      if (!mailbox) throw noSuchMailbox(address);
      const now = mailbox.imapDenied.flatMap((name) => deniableCapability(name) ?? []);
      const denied = [...new Set([...now, ...deny])].filter((name) => !allow.includes(name));
      if (deny.length + allow.length > 0) {
        const outcome = await setImapDenied(ctx, cliActor, { mailboxId, denied });
        if (outcome === "notFound") throw noSuchMailbox(address);
      }
      if (call.json) printJson({ denied });
      else printLine(denied.length === 0 ? "Nothing is denied." : `Denied: ${denied.join(", ")}.`);
      return EXIT.done;
    });
  },
};

function capabilities(call: Call, option: string): DeniableCapability[] {
  const names = (textOption(call, option) ?? "").split(",").map((name) => name.trim());
  return names.filter(Boolean).map((name) => {
    const known = deniableCapability(name);
    if (known === null)
      throw new CommandFailure(`“${name}” is no capability of IMAP that can be denied`);
    return known;
  });
}
