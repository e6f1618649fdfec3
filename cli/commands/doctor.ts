/** `posthorn doctor`: is this installation well, and if not, what to do. */
import { CHECKS } from "../doctor/index.ts";
import type { Finding } from "../doctor/finding.ts";
import { EXIT, type Command } from "../command.ts";
import { printJson, printLine } from "../output.ts";

const MARK = { ok: "ok     ", warning: "warning", wrong: "WRONG  ", unknown: "unknown" } as const;

export const doctor: Command = {
  name: "doctor",
  usage: "",
  summary: "Looks for what is wrong with this installation and says the remedy",
  help: "Changes nothing. Exit 0: nothing is wrong (warnings and what could not be\nchecked are told); 1: something is.",
  async run({ settings, json }) {
    const findings = await CHECKS(settings);
    if (json) printJson({ findings });
    else findings.forEach(printFinding);
    return findings.some(({ state }) => state === "wrong") ? EXIT.refused : EXIT.done;
  },
};

function printFinding({ state, subject, text, remedy }: Finding): void {
  printLine(`${MARK[state]}  ${subject}: ${text}`);
  if (remedy !== undefined) printLine(`         → ${remedy}`);
}
