/** ID: RFC 2971. What the client says goes to the log; no version is given to strangers (§4). */
import { idParams } from "../../../lib/codec/imap/id-syntax.ts";
import { command } from "../command.ts";

const LOGGED = ["name", "version", "os"];

export const id = command({
  states: "any",
  utf8: true,
  parse: (d) => idParams(d.sp()),
  async run(params, { session }) {
    const client = LOGGED.flatMap((key) => params.get(key) ?? []).join(" ");
    session.log.debug({ client: client.slice(0, 200) }, "imap: client");
    session.out.line('* ID ("name" "Posthorn")');
  },
});
