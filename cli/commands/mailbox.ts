/** `posthorn mailbox add|list|password` */
import { formatAddress, parseAddress, canonicalLocal } from "../../lib/mail/address.ts";
import type { PasswordProblem } from "../../lib/mail/password-policy.ts";
import { translateKey, translator } from "../../lib/i18n/translate.ts";
import { cliActor } from "../../lib/service/actor.ts";
import type { ServiceContext } from "../../lib/service/context.ts";
import * as mailboxes from "../../lib/service/mailboxes.ts";
import { DomainName, NewMailbox } from "../../lib/schemas/forms.ts";
import { findDomain } from "../../lib/storage/domains.ts";
import { findMailboxByName, type Mailbox } from "../../lib/storage/mailboxes.ts";
import { CommandFailure, EXIT, textOption, type Command } from "../command.ts";
import { withServices } from "../database.ts";
import { checked, pageLimit, readPassword } from "../input.ts";
import { formatBytes, printJson, printLine, printTable } from "../output.ts";

const PASSWORD = { "password-stdin": { type: "boolean" } } as const;
const PASSWORD_HELP =
  "--password-stdin reads it from the first line of standard input; without it, it is asked for.";

export const mailboxAdd: Command = {
  name: "mailbox add",
  usage: "<address> [--name <text>] [--quota-gib <n>] [--messages <n>] [--password-stdin]",
  summary: "Adds a mailbox",
  help: `${PASSWORD_HELP}\nWithout --messages it may keep any number of them; --quota-gib is 5 when not said.`,
  options: {
    ...PASSWORD,
    name: { type: "string" },
    "quota-gib": { type: "string" },
    messages: { type: "string" },
  },
  arguments: [1, 1],
  run: async (call) => {
    const { local, domain } = splitAddress(call.args[0]);
    const input = checked(NewMailbox, {
      domain,
      localPart: local,
      displayName: textOption(call, "name"),
      quotaGib: textOption(call, "quota-gib"),
      quotaMessages: textOption(call, "messages"),
      password: await readPassword(call),
    });
    return withServices(call.settings, async (ctx) => {
      const result = await mailboxes.createMailbox(ctx, cliActor, input);
      if (result.outcome === "notFound") {
        throw new CommandFailure(`there is no domain ${input.domain} here`);
      }
      if (result.outcome === "taken") {
        const address = `${input.localPart}@${input.domain}`;
        throw new CommandFailure(`${address} is already a mailbox or an alias`);
      }
      if (result.outcome === "badPassword") throw badPassword(result.problem);
      if (result.outcome !== "done") throw new CommandFailure("not allowed");
      if (call.json) printJson({ id: result.mailboxId, address: result.address });
      else printLine(`Added ${result.address}.`);
      return EXIT.done;
    });
  },
};

export const mailboxList: Command = {
  name: "mailbox list",
  usage: "<domain> [--search <text>] [--after <name>] [--limit <n>]",
  summary: "Lists the mailboxes of a domain, in the order of their names",
  help: "With --json, `next` is what to give to --after for the next page, or null.",
  options: {
    search: { type: "string" },
    after: { type: "string" },
    limit: { type: "string" },
  },
  arguments: [1, 1],
  run: (call) => {
    const name = checked(DomainName, call.args[0]);
    const search = textOption(call, "search") ?? "";
    const after = textOption(call, "after") ?? "";
    const limit = pageLimit(call);
    return withServices(call.settings, async (ctx) => {
      const page = { search, after, limit };
      const list = await mailboxes.listMailboxes(ctx, cliActor, name, page);
      if (!list) throw new CommandFailure(`there is no domain ${name} here`);
      if (call.json) printJson({ mailboxes: list.rows.map(withAddress), next: list.next });
      else printMailboxes(list.rows, list.next);
      return EXIT.done;
    });
  },
};

export const mailboxPassword: Command = {
  name: "mailbox password",
  usage: "<address> [--password-stdin]",
  summary: "Sets the password of a mailbox and signs out whoever used the old one",
  help: PASSWORD_HELP,
  options: PASSWORD,
  arguments: [1, 1],
  run: async (call) => {
    const address = splitAddress(call.args[0]);
    const password = await readPassword(call);
    return withServices(call.settings, async (ctx) => {
      const mailboxId = await findMailboxId(ctx, address);
      const input = { mailboxId, password };
      const result = await mailboxes.setMailboxPassword(ctx, cliActor, input);
      if (result.outcome === "notFound") throw noSuchMailbox(address);
      if (result.outcome === "badPassword") throw badPassword(result.problem);
      if (call.json) printJson({ address: result.address });
      else printLine(`The password of ${result.address} is set.`);
      return EXIT.done;
    });
  },
};

type Split = { readonly local: string; readonly domain: string };

export function splitAddress(text = ""): Split {
  const address = parseAddress(text);
  if (address) return { local: canonicalLocal(address.local), domain: address.domain };
  throw new CommandFailure(`“${text}” is not a mail address: it looks like name@example.com`);
}

export async function findMailboxId({ prisma }: ServiceContext, address: Split): Promise<string> {
  const domain = await findDomain(prisma, address.domain);
  const mailbox = domain && (await findMailboxByName(prisma, domain.id, address.local));
  if (!mailbox) throw noSuchMailbox(address);
  return mailbox.id;
}

export function noSuchMailbox(address: Split): CommandFailure {
  return new CommandFailure(`there is no mailbox ${formatAddress(address)} here`);
}

function badPassword(problem: PasswordProblem): CommandFailure {
  return new CommandFailure(translateKey(translator("en"), `error.password.${problem}`));
}

function withAddress(mailbox: Mailbox) {
  return { address: mailboxes.addressOf(mailbox), ...mailbox };
}

function printMailboxes(rows: readonly Mailbox[], next: string | null): void {
  printTable(
    ["ADDRESS", "NAME", "USED", "QUOTA", "MESSAGES", "STATE"],
    rows.map((row) => [
      mailboxes.addressOf(row),
      row.displayName,
      formatBytes(row.usedBytes),
      formatBytes(row.quotaBytes),
      row.quotaMessages === null
        ? String(row.usedMessages)
        : `${row.usedMessages} of ${row.quotaMessages}`,
      row.suspended ? "suspended" : "active",
    ]),
    "No mailboxes.",
  );
  if (next !== null) printLine(`More: --after ${next}`);
}
