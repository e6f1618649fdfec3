/** Commands of one line: RSET, NOOP, QUIT, HELP, VRFY, EXPN (RFC 5321 §4.1.1.5 to §4.1.1.10). */
import { parseNothing, parseText } from "../../../lib/codec/smtp/command.ts";
import { MailError } from "../../../lib/mail/errors.ts";
import { answer, command } from "../command.ts";

export const rset = command({
  verb: "RSET",
  states: "any",
  parse: parseNothing,
  async run(_, session) {
    await session.reset();
    return answer(250, "2.0.0", "OK");
  },
});

export const noop = command({
  verb: "NOOP",
  states: "any",
  parse: parseText,
  run: () => Promise.resolve(answer(250, "2.0.0", "OK")),
});

export const quit = command({
  verb: "QUIT",
  states: "any",
  parse: parseNothing,
  run: (_, session) => {
    session.closing = true;
    return Promise.resolve(answer(221, "2.0.0", "Bye"));
  },
});

export const help = command({
  verb: "HELP",
  states: "any",
  parse: parseText,
  run: () => Promise.resolve(answer(214, "2.0.0", "See RFC 5321")),
});

/** §3.5.3 and §7.3: we do not tell who lives here; RCPT decides. */
export const vrfy = command({
  verb: "VRFY",
  states: "any",
  parse: parseText,
  run: () => Promise.resolve(answer(252, "2.1.5", "Send some mail, I will try my best")),
});

export const expn = command({
  verb: "EXPN",
  states: "any",
  parse: parseText,
  run: () => Promise.reject(new MailError("notImplemented", "Command not implemented")),
});
