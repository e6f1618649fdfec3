/** CAPA: RFC 2449 §5. What is said is what holds on this connection now. */
import { parseNothing } from "../../../lib/codec/pop3/command.ts";
import { ok } from "../../../lib/codec/pop3/reply.ts";
import { advertised, plaintextAllowed } from "../../sasl/mechanisms.ts";
import { command } from "../command.ts";
import type { Pop3Session } from "../state.ts";

export const capa = command({
  verb: "CAPA",
  states: ["authorization", "transaction"],
  parse: parseNothing,
  async run(_, session) {
    await session.connection.write(ok("Capabilities follow"));
    await session.writeLines(capabilities(session));
    return null;
  },
});

function capabilities({ connection, ctx: { settings } }: Pop3Session): string[] {
  const mechanisms = advertised(connection, settings);
  return [
    "TOP",
    "UIDL",
    "RESP-CODES", // RFC 2449 §6.4
    "AUTH-RESP-CODE", // RFC 3206
    "PIPELINING",
    "EXPIRE NEVER",
    "UTF8 USER", // RFC 6856
    ...(connection.canStartTls ? ["STLS"] : []),
    ...(plaintextAllowed(connection, settings) ? ["USER"] : []),
    ...(mechanisms.length > 0 ? [`SASL ${mechanisms.join(" ")}`] : []),
    "IMPLEMENTATION Posthorn",
  ];
}
