/** AUTH: RFC 5034. Without an argument, as some clients ask, the list of mechanisms. */
import { parseAuth } from "../../../lib/codec/pop3/command.ts";
import { challenge, ok } from "../../../lib/codec/pop3/reply.ts";
import { advertised, MAX_RESPONSE, run } from "../../sasl/mechanisms.ts";
import { command } from "../command.ts";

export const auth = command({
  verb: "AUTH",
  states: ["authorization"],
  parse: parseAuth,
  async run({ mechanism, initial }, session) {
    const { connection, ctx } = session;
    if (mechanism === null) {
      await connection.write(ok("Mechanisms follow"));
      await session.writeLines(advertised(connection, ctx.settings));
      return null;
    }
    const exchange = async (base64: string) => {
      await connection.write(challenge(base64));
      return connection.readLine(MAX_RESPONSE);
    };
    const surroundings = { auth: ctx.auth, settings: ctx.settings, protocol: "pop3" } as const;
    return session.enter(await run(mechanism, initial, exchange, connection, surroundings));
  },
});
