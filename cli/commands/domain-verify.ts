/**
 * `posthorn domain verify`: a fresh look by the engine, and what it came to, for people and for scripts.
 * Exit 0: all that is needed is right. 1: something needs work. 2: could not be checked (no engine, no
 * answer in time, servers that are silent).
 */
import { setTimeout as delay } from "node:timers/promises";
import { checkTitle } from "../../lib/i18n/check-title.ts";
import { reasonText } from "../../lib/i18n/reason-text.ts";
import { translator } from "../../lib/i18n/translate.ts";
import { DomainName } from "../../lib/schemas/forms.ts";
import { cliActor } from "../../lib/service/actor.ts";
import { checksJson, resultOf } from "../../lib/service/checks-json.ts";
import type { ServiceContext } from "../../lib/service/context.ts";
import {
  checkNow,
  getDomainChecks,
  type DnsCheckView,
  type DomainChecks,
  type WatchView,
} from "../../lib/service/dns-checks.ts";
import { CommandFailure, textOption, UsageError, type Command } from "../command.ts";
import { withServices } from "../database.ts";
import { checked } from "../input.ts";
import { printJson, printLine, printTable } from "../output.ts";

const EXIT = { right: 0, needsWork: 1, couldNotCheck: 2 } as const;

const DEFAULT_WAIT_SECONDS = 60;
const MAX_WAIT_SECONDS = 600;
const LOOK_MS = 250;
/** What the clocks of engine and database may differ by; the next look is never as near. */
const CLOCKS_MS = 1000;

export const domainVerify: Command = {
  name: "domain verify",
  usage: "<domain> [--format json|text] [--wait <seconds>]",
  summary: "Has the domain looked at now, and says what is right and what is not",
  help:
    "Exit 0: all that is needed is right; 1: something needs work; 2: it could not be checked. " +
    "The engine looks; it has to be running.",
  options: { format: { type: "string" }, wait: { type: "string" } },
  arguments: [1, 1],
  run: (call) => {
    const name = checked(DomainName, call.args[0]);
    const format = textOption(call, "format") ?? (call.json ? "json" : "text");
    if (format !== "json" && format !== "text") throw new UsageError("--format is json or text");
    const wait = waitOf(textOption(call, "wait"));
    return withServices(call.settings, async (ctx) => {
      const view = await freshChecks(ctx, name, wait);
      if (format === "json") printJson(checksJson(view));
      else printText(view);
      return EXIT[resultOf(view.checks)];
    });
  },
};

function waitOf(text: string | undefined): number {
  if (text === undefined) return DEFAULT_WAIT_SECONDS;
  const seconds = Number(/^(\d+)s?$/.exec(text)?.[1] ?? NaN);
  if (Number.isNaN(seconds) || seconds > MAX_WAIT_SECONDS)
    throw new UsageError(`--wait is a number of seconds, at most ${MAX_WAIT_SECONDS}`);
  return seconds;
}

/** Asks for a look and waits for one that began after that. */
async function freshChecks(
  ctx: ServiceContext,
  name: string,
  waitSeconds: number,
): Promise<DomainChecks> {
  const asked = new Date();
  // "Too soon": somebody else has just asked, and that look is as fresh as ours.
  const { outcome } = await checkNow(ctx, cliActor, { subject: name });
  if (outcome === "notFound") throw new CommandFailure(`there is no domain ${name} here`);
  const freshEnough = outcome === "tooSoon" ? new Date(asked.getTime() - 10_000) : asked;
  for (const end = Date.now() + waitSeconds * 1000; ; await delay(LOOK_MS)) {
    const view = await getDomainChecks(ctx, cliActor, name);
    if (!view) throw new CommandFailure(`there is no domain ${name} here`);
    if (view.watch !== null && isFresh(view.watch, freshEnough)) return view;
    if (Date.now() >= end)
      throw new CommandFailure(
        `nobody looked within ${waitSeconds} seconds: is an engine running?`,
        EXIT.couldNotCheck,
      );
  }
}

/** A look that had begun before we asked may end after it: then another one is due at once. */
function isFresh({ checkedAt, nextAt, running }: WatchView, since: Date): boolean {
  const due = nextAt.getTime() <= Date.now() + CLOCKS_MS;
  return checkedAt !== null && checkedAt >= since && !running && !due;
}

function printText({ domain, checks, watch }: DomainChecks): void {
  const t = translator("en");
  printLine(`${domain.name}, looked at ${watch?.checkedAt?.toISOString() ?? "never"}`);
  printTable(
    ["VERDICT", "TYPE", "NAME", "WHAT"],
    checks.map((check) => [check.verdict, check.type, check.name, checkTitle(t, check.kind)]),
    "Nothing was looked at.",
  );
  for (const check of checks.filter(({ verdict }) => !["ok", "off"].includes(verdict))) {
    const sentences = check.reasons.flatMap((reason) => reasonText(t, reason) ?? []);
    printLine("");
    printLine(`${check.name} ${check.type}: ${check.verdict}`);
    for (const sentence of sentences) printLine(`  ${sentence}`);
    if (check.fix !== null)
      printLine(`  ${check.fix.action} at ${check.fix.name} ${check.fix.type}: ${valuesOf(check)}`);
  }
}

const valuesOf = ({ fix }: DnsCheckView) =>
  (fix === null ? [] : fix.add.length > 0 ? fix.add : fix.remove).join("; ");
