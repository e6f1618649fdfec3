/** Name servers for bench/watch.ts, in a process of their own: a root, a registry, two authorities, a resolver. */
import { at, startAuthorities } from "../tests/support/authority.ts";
import { startDnsServer, type Zone, type ZoneNode } from "../tests/support/dns-server.ts";

interface Order {
  readonly first: string;
  readonly zone: Zone;
  readonly domains: number;
}

process.once("message", (order: Order) => void start(order));

async function start({ first, zone, domains }: Order): Promise<void> {
  const servers = ["ns1.watched.example", "ns2.watched.example"];
  const glue: Zone = {
    "ns1.watched.example": { A: [at("one")] },
    "ns2.watched.example": { A: [at("two")] },
  };
  const all: Zone = { "mx.posthorn.test": { A: ["127.0.0.1"] }, ...glue };
  const delegations: Zone = {};
  const zones: Record<string, Zone> = { "watched.example": all };
  for (let n = 0; n < domains; n++) {
    const name = first.replace(/^d0/, `d${n}`);
    const own = Object.fromEntries(
      Object.entries(zone).map(([owner, node]) => [
        owner.replace(first, name),
        named(node, first, name),
      ]),
    );
    own[name] = { ...own[name], NS: servers };
    Object.assign(all, own);
    delegations[name] = { NS: servers };
    zones[name] = own;
  }
  const top: Zone = { "watched.example": { NS: servers }, ...glue, ...delegations };
  const auth = await startAuthorities({
    root: {
      ".": {
        example: { NS: ["ns.example"] },
        "ns.example": { A: [at("tld")] },
        test: { NS: ["ns.example"] },
      },
    },
    tld: { example: top, test: { "mx.posthorn.test": { A: ["127.0.0.1"] } } },
    one: zones,
    two: zones,
  });
  const resolver = await startDnsServer(all);
  process.send?.({ resolver: resolver.address, root: auth.root.address, port: auth.port });
}

/** Values that hold the name of the first domain say the other's. Buffers came as JSON. */
function named(node: ZoneNode, first: string, name: string): ZoneNode {
  return JSON.parse(JSON.stringify(node).replaceAll(first, name)) as ZoneNode;
}
