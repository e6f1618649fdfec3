/** `posthorn domain add|list|show|records` */
import { formatZone } from "../../lib/mail/zone-file.ts";
import { cliActor } from "../../lib/service/actor.ts";
import * as domains from "../../lib/service/domains.ts";
import type { DomainRow } from "../../lib/service/domains.ts";
import { DomainName, NewDomain } from "../../lib/schemas/forms.ts";
import { CommandFailure, EXIT, textOption, type Command } from "../command.ts";
import { withServices } from "../database.ts";
import { formatBytes, printJson, printLine, printTable } from "../output.ts";
import { checked, pageLimit } from "../input.ts";

const noSuchDomain = (name: string) => new CommandFailure(`there is no domain ${name} here`);

export const MODES_HELP =
  "full: all of its mail; receive: mail arrives here, people send elsewhere; send: people send here, " +
  "mail arrives elsewhere; reports: its reports are read here, its mail is left alone.";

export const domainAdd: Command = {
  name: "domain add",
  usage: "<domain> [--mode full|receive|send|reports] [--reports-to <address>]",
  summary: "Adds a mail domain, with a pair of signing keys",
  help: `${MODES_HELP} --reports-to: where reports of DMARC and TLS go, if not to the domain's postmaster.`,
  options: { mode: { type: "string" }, "reports-to": { type: "string" } },
  arguments: [1, 1],
  run: (call) => {
    const { settings, args, json } = call;
    const input = checked(NewDomain, {
      ...{ name: args[0], mode: textOption(call, "mode") },
      reportsTo: textOption(call, "reports-to"),
    });
    return withServices(settings, async (ctx) => {
      const result = await domains.createDomain(ctx, cliActor, input);
      if (result.outcome === "taken") {
        throw new CommandFailure(`the domain ${input.name} is already here`);
      }
      if (result.outcome !== "done") throw new CommandFailure("not allowed");
      if (json) printJson({ id: result.domainId, name: result.name, mode: input.mode });
      else printLine(`Added ${result.name}. Next: posthorn domain records ${result.name}`);
      return EXIT.done;
    });
  },
};

export const domainList: Command = {
  name: "domain list",
  usage: "[--search <text>] [--after <domain>] [--limit <n>]",
  summary: "Lists mail domains, in the order of their names",
  help: "With --json, `next` is what to give to --after for the next page, or null.",
  options: {
    search: { type: "string" },
    after: { type: "string" },
    limit: { type: "string" },
  },
  run: (call) => {
    const limit = pageLimit(call);
    const search = textOption(call, "search") ?? "";
    const after = textOption(call, "after") ?? "";
    return withServices(call.settings, async (ctx) => {
      const list = await domains.listDomains(ctx, cliActor, { search, after, limit });
      if (call.json) printJson({ domains: list.rows, next: list.next });
      else printDomains(list.rows, list.next);
      return EXIT.done;
    });
  },
};

export const domainShow: Command = {
  name: "domain show",
  usage: "<domain>",
  summary: "Shows one mail domain",
  arguments: [1, 1],
  run: ({ settings, args, json }) => {
    const name = checked(DomainName, args[0]);
    return withServices(settings, async (ctx) => {
      const domain = await domains.getDomain(ctx, cliActor, name);
      if (!domain) throw noSuchDomain(name);
      if (json) printJson(domain);
      else {
        printLine(`${domain.name}${domain.disabled ? " (disabled)" : ""}`);
        printLine(`  used for   ${domain.mode}`);
        printLine(`  added      ${domain.createdAt.toISOString()}`);
        printLine(`  mailboxes  ${domain.mailboxes}, ${formatBytes(domain.usedBytes)}`);
        printLine(`  aliases    ${domain.aliases}`);
        printLine(`  MTA-STS    ${domain.mtaStsMode}, policy id ${domain.mtaStsId}`);
      }
      return EXIT.done;
    });
  },
};

export const domainRecords: Command = {
  name: "domain records",
  usage: "<domain>",
  summary: "Prints what DNS should say for the domain, as a zone file",
  help: "Nothing is looked up: this is what to publish, not what the world sees.",
  arguments: [1, 1],
  run: ({ settings, args, json }) => {
    const name = checked(DomainName, args[0]);
    return withServices(settings, async (ctx) => {
      const found = await domains.getDomainRecords(ctx, cliActor, name);
      if (!found) throw noSuchDomain(name);
      if (json) printJson({ domain: name, hostName: found.hostName, records: found.records });
      else printLine(formatZone(name, found.records).trimEnd());
      return EXIT.done;
    });
  },
};

function printDomains(rows: readonly DomainRow[], next: string | null): void {
  printTable(
    ["DOMAIN", "USED FOR", "MAILBOXES", "ALIASES", "USED", "STATE"],
    rows.map((row) => [
      row.name,
      row.mode,
      String(row.mailboxes),
      String(row.aliases),
      formatBytes(row.usedBytes),
      row.disabled ? "disabled" : "active",
    ]),
    "No domains.",
  );
  if (next !== null) printLine(`More: --after ${next}`);
}
