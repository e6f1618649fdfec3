/** `posthorn mailbox app-password add|list|revoke` */
import { APP_PROTOCOLS, groupsOf } from "../../lib/mail/app-password.ts";
import { AppPasswordRef, NewAppPassword } from "../../lib/schemas/clients.ts";
import { cliActor } from "../../lib/service/actor.ts";
import * as service from "../../lib/service/app-passwords.ts";
import type { AppPassword } from "../../lib/storage/app-passwords.ts";
import {
  CommandFailure,
  EXIT,
  textOption,
  UsageError,
  type Call,
  type Command,
} from "../command.ts";
import { withServices } from "../database.ts";
import { checked } from "../input.ts";
import { printJson, printLine, printTable } from "../output.ts";
import { findMailboxId, splitAddress } from "./mailbox.ts";

export const appPasswordAdd: Command = {
  name: "mailbox app-password add",
  usage: "<address> --name <text> [--protocols imap,pop3,smtp] [--days <30|90|365>]",
  summary: "Makes an app password for one device or program, and shows it once",
  help: "Without --protocols it is for IMAP and SMTP; without --days it does not expire.",
  options: {
    name: { type: "string" },
    protocols: { type: "string" },
    days: { type: "string" },
  },
  arguments: [1, 1],
  run: (call) => {
    const address = splitAddress(call.args[0]);
    const input = checked(NewAppPassword, {
      name: textOption(call, "name") ?? "",
      lifetime: textOption(call, "days") ?? "never",
      ...protocolBoxes(call),
    });
    return withServices(call.settings, async (ctx) => {
      const mailboxId = await findMailboxId(ctx, address);
      const result = await service.createAppPassword(ctx, cliActor, { ...input, mailboxId });
      if (result.outcome === "tooMany")
        throw new CommandFailure(`it has ${service.MAX_APP_PASSWORDS} already: revoke some first`);
      if (result.outcome !== "done") throw new CommandFailure("no such mailbox");
      const { appPasswordId: id, password } = result;
      if (call.json) printJson({ id, name: input.name, protocols: input.protocols, password });
      else printLine(`${groupsOf(password).join(" ")}\nIt is not shown again. Its id is ${id}.`);
      return EXIT.done;
    });
  },
};

/** As the form would send them: ticked or not there. */
function protocolBoxes(call: Call): Record<string, string> {
  const given = (textOption(call, "protocols") ?? "imap,smtp")
    .split(",")
    .map((word) => word.trim());
  const unknown = given.find((word) => !APP_PROTOCOLS.some((protocol) => protocol === word));
  if (unknown !== undefined)
    throw new UsageError(`--protocols knows ${APP_PROTOCOLS.join(", ")}, not “${unknown}”`);
  return Object.fromEntries(given.map((word) => [word, "on"]));
}

export const appPasswordList: Command = {
  name: "mailbox app-password list",
  usage: "<address>",
  summary: "Lists the app passwords of a mailbox, without what they are",
  arguments: [1, 1],
  run: (call) => {
    const address = splitAddress(call.args[0]);
    return withServices(call.settings, async (ctx) => {
      const mailboxId = await findMailboxId(ctx, address);
      const list = await service.listAppPasswords(ctx, cliActor, mailboxId);
      const rows = list?.rows ?? [];
      if (call.json) printJson({ appPasswords: rows });
      else
        printTable(
          ["ID", "NAME", "FOR", "LAST USED", "EXPIRES"],
          rows.map(line),
          "No app passwords.",
        );
      return EXIT.done;
    });
  },
};

function line({ id, name, protocols, expiresAt, ...row }: AppPassword): string[] {
  const used = row.lastUsedAt
    ? `${row.lastUsedAt.toISOString()} ${row.lastUsedProtocol} ${row.lastUsedNetwork}`
    : "never";
  return [id, name, protocols.join(","), used, expiresAt?.toISOString() ?? "never"];
}

export const appPasswordRevoke: Command = {
  name: "mailbox app-password revoke",
  usage: "<id>",
  summary: "Revokes an app password and signs out whoever uses it",
  arguments: [1, 1],
  run: (call) => {
    const input = checked(AppPasswordRef, { appPasswordId: call.args[0] });
    return withServices(call.settings, async (ctx) => {
      if ((await service.revokeAppPassword(ctx, cliActor, input)) === "notFound")
        throw new CommandFailure("there is no such app password");
      if (call.json) printJson({ id: input.appPasswordId });
      else printLine("Revoked.");
      return EXIT.done;
    });
  },
};
