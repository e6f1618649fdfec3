/** STORE: RFC 9051 §6.4.6, UNCHANGEDSINCE (RFC 7162 §3.1.3). */
import type { Decoder } from "./decoder.ts";
import { ImapSyntaxError } from "./syntax-error.ts";
import type { StoreCommand } from "./types.ts";

const ACTIONS = { "+": "add", "-": "remove", "": "replace" } as const;

/** Everything after "STORE SP". */
export function storeArguments(d: Decoder): StoreCommand {
  const set = d.numSet();
  const unchangedSince = d.sp().seesList ? storeModifier(d) : null;
  const sign = d.trySpecial("+") ? "+" : d.trySpecial("-") ? "-" : "";
  const name = d.itemName();
  if (name !== "FLAGS" && name !== "FLAGS.SILENT") throw new ImapSyntaxError("Unknown STORE item");
  const flags = d.sp().seesList ? d.flagList() : bareFlags(d);
  return { set, action: ACTIONS[sign], silent: name === "FLAGS.SILENT", flags, unchangedSince };
}

function storeModifier(d: Decoder): number {
  d.special("(");
  if (!d.tryWord("UNCHANGEDSINCE")) throw new ImapSyntaxError("Unknown STORE modifier");
  const modseq = d.sp().number64();
  d.special(")").sp();
  return modseq;
}

/** flag *(SP flag), without parentheses. */
function bareFlags(d: Decoder): string[] {
  const flags = [d.flag()];
  while (d.trySp()) flags.push(d.flag());
  return flags;
}
