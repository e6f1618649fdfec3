/**
 * ENABLE: RFC 9051 §6.3.1, RFC 5161. Names that mean nothing to us, or are denied
 * to the account, are passed over.
 */
import { isDenied } from "../../../lib/mail/imap-capabilities.ts";
import type { Feature } from "../state.ts";
import { command } from "../command.ts";

const FEATURES: ReadonlyMap<string, Feature> = new Map([
  ["CONDSTORE", "CONDSTORE"],
  ["QRESYNC", "QRESYNC"],
  ["UIDONLY", "UIDONLY"],
  ["UTF8=ACCEPT", "UTF8=ACCEPT"],
  ["IMAP4REV2", "IMAP4rev2"],
]);

export const enable = command({
  states: ["authenticated"], // not once a mailbox is selected: its names were said in the old spelling
  parse(d) {
    const names = [d.sp().word()];
    while (d.trySp()) names.push(d.word());
    return names;
  },
  async run(names, { session }) {
    const known = names.flatMap((name) => FEATURES.get(name) ?? []);
    const features = new Set(known.filter((feature) => !isDenied(feature, session.denied)));
    for (const feature of features) session.enable(feature);
    session.out.line(["* ENABLED", ...features].join(" "));
  },
});
