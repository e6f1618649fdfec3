/** `posthorn domain mode`: what a domain is used for here; what a change would mean; the change. */
import type { ExpectedRecord } from "../../lib/mail/dns-records.ts";
import { Mode, SetDomainMode } from "../../lib/schemas/domains.ts";
import { DomainName } from "../../lib/schemas/forms.ts";
import { cliActor } from "../../lib/service/actor.ts";
import {
  previewDomainMode,
  setDomainMode,
  type ModeDanger,
  type ModePreview,
} from "../../lib/service/domain-mode.ts";
import { CommandFailure, EXIT, type Command } from "../command.ts";
import { withServices } from "../database.ts";
import { checked } from "../input.ts";
import { printJson, printLine } from "../output.ts";
import { MODES_HELP } from "./domain.ts";

const DANGERS: Readonly<Record<ModeDanger, string>> = {
  mxHere: "MX still leads here: mail that arrives would be refused",
  held: "senders may still remember an MTA-STS policy that names this server",
};

export const domainModeCommand: Command = {
  name: "domain mode",
  usage: "<domain> [full|receive|send|reports] [--dry-run] [--sure]",
  summary: "Shows or changes what a domain is used for, and what its zone then needs",
  help: `${MODES_HELP} --dry-run changes nothing; --sure goes on where mail could be lost.`,
  options: { "dry-run": { type: "boolean" }, sure: { type: "boolean" } },
  arguments: [1, 2],
  run: ({ settings, args, options, json }) => {
    const name = checked(DomainName, args[0]);
    const mode = args[1] === undefined ? null : checked(Mode, args[1]);
    return withServices(settings, async (ctx) => {
      const preview = await previewDomainMode(ctx, cliActor, { domain: name, mode });
      if (!preview) throw new CommandFailure(`there is no domain ${name} here`);
      const isChange = mode !== null && options["dry-run"] !== true;
      if (isChange) {
        const sure = options["sure"] === true ? "on" : undefined;
        const input = checked(SetDomainMode, { domain: name, mode, sure });
        refuse(await setDomainMode(ctx, cliActor, input), name);
      }
      if (json) printJson(asJson(preview, isChange));
      else printText(preview, isChange);
      return EXIT.done;
    });
  },
};

function refuse(result: Awaited<ReturnType<typeof setDomainMode>>, name: string): void {
  switch (result.outcome) {
    case "done":
      return;
    case "notFound":
      throw new CommandFailure(`there is no domain ${name} here`);
    case "enforced":
      throw new CommandFailure(
        "MTA-STS is enforced: senders would deliver nowhere else. Turn it off first, and wait for its max_age",
      );
    case "unconfirmed":
      throw new CommandFailure(
        `${result.dangers.map((danger) => DANGERS[danger]).join("; ")}. With --sure it is done all the same`,
      );
  }
}

const brief = ({ name, data, text }: ExpectedRecord) => ({ name, type: data.type, value: text });

function asJson({ domain, to, records, dangers, enforced }: ModePreview, isChange: boolean) {
  return {
    ...{ domain: domain.name, before: domain.mode, mode: to, changed: isChange },
    ...{ dangers, enforced },
    add: records.added.map(brief),
    remove: records.removed.map(brief),
    change: records.changed.map(({ before, after }) => ({ ...brief(after), before: before.text })),
  };
}

function printText({ domain, to, records, dangers }: ModePreview, isChange: boolean): void {
  if (domain.mode === to) return printLine(`${domain.name} is used for: ${to}`);
  printLine(`${domain.name}: ${domain.mode} → ${to}${isChange ? "" : " (nothing was changed)"}`);
  const show = (mark: string, { name, data, text }: ExpectedRecord) =>
    printLine(`  ${mark} ${name} ${data.type} ${text}`);
  for (const record of records.added) show("+", record);
  for (const { after } of records.changed) show("~", after);
  for (const record of records.removed) show("-", record);
  if (!isChange) for (const danger of dangers) printLine(`  ! ${DANGERS[danger]}`);
}
