/** All commands that we know; what is not here is answered with 500. */
import type { AnyCommand } from "../command.ts";
import { auth } from "./auth.ts";
import { bdat } from "./bdat.ts";
import { data } from "./data.ts";
import { ehlo, helo } from "./ehlo.ts";
import { mail } from "./mail.ts";
import { rcpt } from "./rcpt.ts";
import { expn, help, noop, quit, rset, vrfy } from "./simple.ts";
import { starttls } from "./starttls.ts";

const COMMANDS: readonly AnyCommand[] = [
  ...[ehlo, helo, starttls, auth],
  ...[mail, rcpt, data, bdat, rset],
  ...[noop, help, vrfy, expn, quit],
];

const BY_VERB = new Map(COMMANDS.map((known) => [known.verb, known]));

export function findCommand(verb: string): AnyCommand | null {
  return BY_VERB.get(verb) ?? null;
}
