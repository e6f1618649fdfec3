/** Each snippet is read back by a parser of its language: what comes out is what went in. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { createContext, runInContext } from "node:vm";
import { expectedRecords, serverRecords } from "../../dns-records.ts";
import { fromPresentation } from "../presentation.ts";
import { isSetType, type RecordSet } from "../record-sets.ts";
import { SNIPPETS, SNIPPET_NAMES } from "./index.ts";
import { snippetInput } from "./sets.ts";

const ZONE = "example.com";
const LONG = Buffer.alloc(550, 7).toString("base64");
const server = { hostName: `mail.${ZONE}`, ipv4: ["192.0.2.25"], ipv6: ["2001:db8::25"] };
const input = snippetInput(ZONE, [
  ...expectedRecords({
    domain: { name: ZONE, mtaStsMode: "testing", mtaStsId: "20261125T000000" },
    ...server,
    dkim: [{ selector: "ph1", algorithm: "rsa_sha256", publicKey: LONG, state: "signing" }],
  }),
  ...serverRecords({
    ...server,
    tlsa: [{ usage: 3, selector: 1, matchingType: 1, data: Buffer.alloc(32, 0xab) }],
  }),
]);
/** Text that every quoting has to survive. */
const nasty: RecordSet = {
  ...{ name: `nasty.${ZONE}`, type: "TXT", ttl: 60 },
  values: [`it's "quoted"; back\\slash $\{x} %{y} $HOME \`id\``],
};
const caa: RecordSet = {
  ...{ name: ZONE, type: "CAA", ttl: 60 },
  values: ['0 issue "ca.example; accounturi=https://ca.example/1"'],
};
const all = { zone: ZONE, sets: [...input.sets, nasty, caa] };

interface Plain {
  readonly name: string;
  readonly type: string;
  readonly values: readonly string[];
}
const sorted = (sets: readonly Plain[]) =>
  sets
    .map(({ name, type, values }) => `${name} ${type} ${JSON.stringify([...values].sort())}`)
    .sort();
const same = (sets: readonly Plain[]) => assert.deepEqual(sorted(sets), sorted(all.sets));

const bare = (name: string) => name.replace(/\.$/, "");
const full = (name: string) => (name === "" || name === "@" ? ZONE : `${name}.${ZONE}`);
const read = (type: string, text: string) =>
  isSetType(type) ? fromPresentation(type, text) : text;

/** What the shell hands to curl's standard input, with curl replaced by cat. */
function piped(script: string): unknown {
  const { stdout, status, stderr } = spawnSync("bash", ["-c", `curl() { cat; }\n${script}`], {
    encoding: "utf8",
    env: { ...process.env, HOME: "/changed" },
  });
  assert.equal(status, 0, stderr);
  return JSON.parse(stdout);
}

test("records of other zones are left out", () => {
  const elsewhere = snippetInput("example.org", [
    ...expectedRecords({
      domain: { name: ZONE, mtaStsMode: "none", mtaStsId: "1" },
      ...server,
      dkim: [],
    }),
  ]);
  assert.deepEqual(elsewhere.sets, []);
});

test("every snippet ends its last line and holds no control characters", () => {
  for (const name of SNIPPET_NAMES) {
    const text = SNIPPETS[name](all);
    assert.ok(text.endsWith("\n"), name);
    assert.doesNotMatch(text, /[\x00-\x09\x0b-\x1f]/, name);
  }
});

test("nsupdate: one prerequisite per set, one line per value", () => {
  const lines = SNIPPETS.nsupdate(all).split("\n");
  const absent = lines.filter((line) => line.startsWith("prereq nxrrset "));
  assert.equal(absent.length, all.sets.length);
  const sets = lines.flatMap((line): Plain[] => {
    const [, name = "", type = "", value = ""] =
      /^update add (\S+) \d+ (\S+) (.+)$/.exec(line) ?? [];
    return name === "" ? [] : [{ name: bare(name), type, values: [read(type, value)] }];
  });
  same(sets);
  assert.ok(lines.includes("send"));
});

test("deSEC and PowerDNS: the JSON that curl gets", () => {
  const desec = piped(SNIPPETS.desec(all)) as {
    subname: string;
    type: string;
    records: string[];
  }[];
  same(
    desec.map(({ subname, type, records }) => {
      return { name: full(subname), type, values: records.map((text) => read(type, text)) };
    }),
  );
  const { rrsets } = piped(SNIPPETS.powerdns(all)) as {
    rrsets: { name: string; type: string; records: { content: string }[] }[];
  };
  same(
    rrsets.map(({ name, type, records }) => {
      return { name: bare(name), type, values: records.map(({ content }) => read(type, content)) };
    }),
  );
});

test("Route 53: a change batch, TXT in strings of at most 255 octets", () => {
  const { Changes } = JSON.parse(SNIPPETS.route53(all)) as {
    Changes: {
      Action: string;
      ResourceRecordSet: { Name: string; Type: string; ResourceRecords: { Value: string }[] };
    }[];
  };
  assert.ok(Changes.every(({ Action }) => Action === "CREATE"));
  same(
    Changes.map(({ ResourceRecordSet: { Name, Type, ResourceRecords } }) => {
      return {
        name: bare(Name),
        type: Type,
        values: ResourceRecords.map(({ Value }) => read(Type, Value)),
      };
    }),
  );
  const strings = Changes.flatMap(({ ResourceRecordSet: set }) =>
    set.Type === "TXT" ? set.ResourceRecords.flatMap(({ Value }) => Value.split('" "')) : [],
  );
  assert.ok(strings.every((text) => text.length <= 257));
});

interface CloudflareJson {
  name: string;
  type: string;
  content?: string;
  priority?: number;
  proxied?: boolean;
  data?: Record<string, string | number>;
}
function cloudflareValue({ type, content = "", priority, data = {} }: CloudflareJson): string {
  if (type === "MX") return `${priority} ${content}`;
  if (type === "CAA") return `${data["flags"]} ${data["tag"]} "${data["value"]}"`;
  if (Object.keys(data).length > 0) return Object.values(data).join(" ");
  return read(type, content);
}
const gathered = (records: readonly CloudflareJson[]): Plain[] =>
  all.sets.map(({ name, type }) => {
    const own = records.filter((record) => record.name === name && record.type === type);
    return { name, type, values: own.map(cloudflareValue) };
  });

test("Cloudflare: never proxied", () => {
  const { posts } = piped(SNIPPETS.cloudflare(all)) as { posts: CloudflareJson[] };
  same(gathered(posts));
  assert.ok(
    posts
      .filter(({ type }) => /^(?:A|AAAA|CNAME)$/.test(type))
      .every((one) => one.proxied === false),
  );
});

test("Terraform: names of resources are unique, templates are escaped", () => {
  const text = SNIPPETS.terraform(all);
  const blocks = [...text.matchAll(/^resource "cloudflare_dns_record" "(\w+)" \{\n(.*?)^\}/gms)];
  const labels = blocks.map(([, label]) => label);
  assert.equal(new Set(labels).size, labels.length);
  const unescaped = (line: string) => line.replaceAll("$${", "${").replaceAll("%%{", "%{");
  const records = blocks.map(([, , body = ""]): CloudflareJson => {
    const [outer = "", inner = ""] = body.split("  data = {");
    const fields = (part: string) =>
      Object.fromEntries(
        [...part.matchAll(/^ +(\w+) += (.+)$/gm)].flatMap(([, key = "", value = ""]) =>
          key === "zone_id" ? [] : [[key, JSON.parse(unescaped(value)) as string]],
        ),
      );
    const data = fields(inner);
    return { ...(fields(outer) as unknown as CloudflareJson), ...(inner && { data }) };
  });
  same(gathered(records));
  assert.doesNotMatch(text, /[^$]\$\{x\}/, "would be evaluated");
});

test("DNSControl: runs as JavaScript", () => {
  const sets: Plain[] = [];
  const add =
    (type: string, join: (rest: (string | number)[]) => string) =>
    (name: string, ...rest: (string | number)[]) => {
      sets.push({ name: full(name), type, values: [join(rest.slice(0, -1))] });
    };
  const dotless = (rest: (string | number)[]) => read("MX", rest.join(" "));
  const context = createContext({
    ...{
      NewDnsProvider: String,
      NewRegistrar: String,
      DnsProvider: String,
      D: () => {},
      TTL: Number,
    },
    A: add("A", ([value]) => String(value)),
    AAAA: add("AAAA", ([value]) => String(value)),
    TXT: add("TXT", ([value]) => String(value)),
    CNAME: add("CNAME", ([value]) => bare(String(value))),
    MX: add("MX", dotless),
    SRV: add("SRV", (rest) => read("SRV", rest.join(" "))),
    TLSA: add("TLSA", (rest) => rest.join(" ")),
    CAA: add("CAA", ([tag, value]) => `0 ${tag} "${value}"`),
  });
  runInContext(SNIPPETS.dnscontrol(all), context);
  same(
    all.sets.map(({ name, type }) => {
      const own = sets.filter((set) => set.name === name && set.type === type);
      return { name, type, values: own.flatMap(({ values }) => values) };
    }),
  );
});

/** As much of YAML as octoDNS's files have: maps of lists of maps, single-quoted scalars. */
function yamlScalar(text: string): string {
  if (!text.startsWith("'")) return text;
  assert.match(text, /^'(?:[^']|'')*'$/);
  return text.slice(1, -1).replaceAll("''", "'");
}

test("octoDNS: names, lists and quoting as YAML reads them", () => {
  const sets: { name: string; type: string; values: Record<string, string>[] }[] = [];
  let name = "";
  for (const line of SNIPPETS.octodns(all).split("\n").slice(1)) {
    const [, key] = /^('(?:[^']|'')*'):$/.exec(line) ?? [];
    if (key !== undefined) name = full(yamlScalar(key));
    if (line.startsWith("  - ttl: ")) sets.push({ name, type: "", values: [] });
    const set = sets.at(-1);
    const [, type] = /^ {4}type: (\w+)$/.exec(line) ?? [];
    if (set && type !== undefined) set.type = type;
    const [, alias] = /^ {4}value: (.+)$/.exec(line) ?? [];
    if (set && alias !== undefined) set.values.push({ value: yamlScalar(alias) });
    const [, dash, field, value] = /^ {6}(-| ) (?:(\w+): )?(.+)$/.exec(line) ?? [];
    if (!set || value === undefined) continue;
    if (dash === "-") set.values.push({});
    const last = set.values.at(-1);
    if (last) last[field ?? "value"] = yamlScalar(value);
  }
  same(
    sets.map((set) => ({
      ...set,
      values: set.values.map((value) => octodnsValue(set.type, value)),
    })),
  );
});

function octodnsValue(type: string, value: Record<string, string>): string {
  const part = (key: string) => value[key] ?? "";
  switch (type) {
    case "MX":
      return `${part("preference")} ${bare(part("exchange"))}`;
    case "SRV":
      return read(
        "SRV",
        [part("priority"), part("weight"), part("port"), part("target")].join(" "),
      );
    case "TLSA":
      return [
        part("certificate_usage"),
        part("selector"),
        part("matching_type"),
        part("certificate_association_data"),
      ].join(" ");
    case "CAA":
      return `${part("flags")} ${part("tag")} "${part("value")}"`;
    case "TXT":
      return part("value").replaceAll("\\;", ";").replaceAll("\\\\", "\\");
    default:
      return bare(part("value"));
  }
}
