/**
 * EHLO and HELO: RFC 5321 §4.1.1.1. What EHLO announces is computed from the state of the connection.
 *
 * Announced and honoured: PIPELINING (2920), SIZE (1870), 8BITMIME (6152), SMTPUTF8 (6531),
 * ENHANCEDSTATUSCODES (2034), CHUNKING (3030), DSN (3461), LIMITS (9422), STARTTLS (3207) while in
 * clear, REQUIRETLS (8689) under TLS, AUTH (4954) where one may submit. Not BINARYMIME: what we would
 * then have to send on, few next servers take.
 */
import { parseHello } from "../../../lib/codec/smtp/command.ts";
import { advertised } from "../../sasl/mechanisms.ts";
import { command } from "../command.ts";
import type { SmtpSession } from "../state.ts";

export const ehlo = command({
  verb: "EHLO",
  states: "any",
  parse: parseHello,
  run: async (helo, session) => {
    await greet(session, helo, true);
    const { mailHostname } = session.ctx.settings;
    return { code: 250, enhanced: null, lines: [mailHostname, ...extensions(session)] };
  },
});

export const helo = command({
  verb: "HELO",
  states: "any",
  parse: parseHello,
  run: async (name, session) => {
    await greet(session, name, false);
    return { code: 250, enhanced: null, lines: [session.ctx.settings.mailHostname] };
  },
});

/** §4.1.4: EHLO later in a session is RSET as well. */
async function greet(session: SmtpSession, name: string, extended: boolean): Promise<void> {
  await session.reset();
  session.helo = name;
  session.extended = extended;
}

function extensions({ connection, ctx, role, account }: SmtpSession): string[] {
  const { maxMessageBytes, maxRecipients } = ctx.settings.limits;
  const mechanisms = role === "mx" || account ? [] : advertised(connection, ctx.settings);
  return [
    "PIPELINING",
    `SIZE ${maxMessageBytes}`,
    ...(connection.canStartTls ? ["STARTTLS"] : []),
    ...(mechanisms.length > 0 ? [`AUTH ${mechanisms.join(" ")}`] : []),
    "8BITMIME",
    "SMTPUTF8",
    "ENHANCEDSTATUSCODES",
    "CHUNKING",
    "DSN",
    ...(connection.tls ? ["REQUIRETLS"] : []),
    `LIMITS RCPTMAX=${maxRecipients}`,
  ];
}
