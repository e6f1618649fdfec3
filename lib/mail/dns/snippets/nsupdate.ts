/**
 * A script for nsupdate(1) of BIND or knsupdate(1) of Knot: RFC 2136 with prerequisites, so that nothing that is
 * there is overwritten. The key is given on the command line.
 */
import { toPresentation } from "../presentation.ts";
import { dotted, type SnippetInput } from "./sets.ts";

export function nsupdateSnippet({ zone, sets }: SnippetInput): string {
  const head = [
    `; nsupdate -k update.key records.txt    (or: knsupdate -k update.key records.txt)`,
    `; server ns1.${zone}`,
    `zone ${dotted(zone)}`,
  ];
  const absent = sets.map(({ name, type }) => `prereq nxrrset ${dotted(name)} ${type}`);
  const added = sets.flatMap(({ name, type, ttl, values }) =>
    values.map(
      (value) => `update add ${dotted(name)} ${ttl} ${type} ${toPresentation(type, value)}`,
    ),
  );
  return [...head, ...absent, ...added, "send", ""].join("\n");
}
