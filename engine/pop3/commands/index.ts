/** All POP3 commands: RFC 1939, 2449, 2595, 5034, 6856. APOP, LANG and XTND are not offered. */
import type { AnyCommand } from "../command.ts";
import { auth } from "./auth.ts";
import { capa } from "./capa.ts";
import { dele } from "./dele.ts";
import { list } from "./list.ts";
import { noop } from "./noop.ts";
import { pass } from "./pass.ts";
import { quit } from "./quit.ts";
import { retr } from "./retr.ts";
import { rset } from "./rset.ts";
import { stat } from "./stat.ts";
import { stls } from "./stls.ts";
import { top } from "./top.ts";
import { uidl } from "./uidl.ts";
import { user } from "./user.ts";
import { utf8 } from "./utf8.ts";

const COMMANDS = [
  auth,
  capa,
  dele,
  list,
  noop,
  pass,
  quit,
  retr,
  rset,
  stat,
  stls,
  top,
  uidl,
  user,
  utf8,
];
const BY_VERB = new Map<string, AnyCommand>(COMMANDS.map((command) => [command.verb, command]));

export function findCommand(verb: string): AnyCommand | undefined {
  return BY_VERB.get(verb);
}
