/** `posthorn mailbox limits`: what a mailbox keeps and what it may keep. */
import { cliActor } from "../../lib/service/actor.ts";
import { getMailbox, setMailboxLimits } from "../../lib/service/mailboxes.ts";
import { MailboxLimits } from "../../lib/schemas/limits.ts";
import { EXIT, textOption, type Call, type Command } from "../command.ts";
import { withServices } from "../database.ts";
import { checked } from "../input.ts";
import { formatBytes, printJson, printLine } from "../output.ts";
import { findMailboxId, noSuchMailbox, splitAddress } from "./mailbox.ts";

const NO_LIMIT = "none";

export const mailboxLimits: Command = {
  name: "mailbox limits",
  usage: `<address> [--quota-gib <n>] [--messages <n>|${NO_LIMIT}]`,
  summary: "Shows and changes how much a mailbox may keep",
  help: "What it keeps already stays, also above a limit; nothing new is taken until there is room.",
  options: { "quota-gib": { type: "string" }, messages: { type: "string" } },
  arguments: [1, 1],
  run: (call) => {
    const address = splitAddress(call.args[0]);
    const asked = limitsOf(call);
    return withServices(call.settings, async (ctx) => {
      const mailboxId = await findMailboxId(ctx, address);
      await setMailboxLimits(ctx, cliActor, { mailboxId, ...asked });
      const mailbox = await getMailbox(ctx, cliActor, mailboxId);
      if (!mailbox) throw noSuchMailbox(address);
      const { usedBytes, quotaBytes, usedMessages, quotaMessages } = mailbox;
      if (call.json) printJson({ usedBytes, quotaBytes, usedMessages, quotaMessages });
      else {
        printLine(`${formatBytes(usedBytes)} of ${formatBytes(quotaBytes)}`);
        printLine(`${usedMessages} of ${quotaMessages ?? "any number of"} messages`);
      }
      return EXIT.done;
    });
  },
};

/** What is not said stays as it is. */
function limitsOf(call: Call): Partial<MailboxLimits> {
  const [quotaGib, messages] = [textOption(call, "quota-gib"), textOption(call, "messages")];
  const quotaMessages = messages === NO_LIMIT ? "" : messages;
  const { shape } = MailboxLimits;
  return {
    ...(quotaGib !== undefined && { quotaGib: checked(shape.quotaGib, quotaGib) }),
    ...(quotaMessages !== undefined && {
      quotaMessages: checked(shape.quotaMessages, quotaMessages),
    }),
  };
}
