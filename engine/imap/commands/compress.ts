/**
 * COMPRESS: RFC 4978. After sign-in only: strangers get no memory for it. What follows the go-ahead is
 * compressed both ways, and stays so until the connection ends.
 */
import { MailError } from "../../../lib/mail/errors.ts";
import { command } from "../command.ts";

export const compress = command({
  states: ["authenticated", "selected"],
  parse: (d) => d.sp().word(),
  async run(mechanism, { session: { connection } }) {
    if (mechanism !== "DEFLATE")
      throw new MailError("badMechanism", "DEFLATE is the one mechanism");
    if (connection.compressed)
      throw new MailError("compressionActive", "Compression is active already");
    return { text: "Compression starts now", afterwards: async () => connection.startDeflate() };
  },
});
