/**
 * UTF8: RFC 6856 §2. Messages are sent as they are stored with or without it: clients that never heard
 * of it have long had to cope with eight-bit headers, and a rewritten message is not the message.
 */
import { parseNothing } from "../../../lib/codec/pop3/command.ts";
import { command } from "../command.ts";

export const utf8 = command({
  verb: "UTF8",
  states: ["authorization"],
  parse: parseNothing,
  run: () => "UTF-8 it is",
});
