/** DNS in which a name has one record: to judge a text before everybody has it, or beside others that do not. */
import type { SpfDns } from "./evaluate.ts";

export function withRecord(name: string, text: string, dns: SpfDns): SpfDns {
  const judged = {
    rcode: "NOERROR",
    records: [text],
    authenticated: false,
    ttl: 0,
    from: "",
  } as const;
  return {
    txt: async (asked) => (asked === name ? judged : dns.txt(asked)),
    ask: (asked, type) => dns.ask(asked, type),
  };
}
