/**
 * What we know of DNS hosts: how to tell them by their name servers, what their form asks for, and what goes
 * wrong there. Data for lib/mail/dns/providers.ts; sentences of traps are `publish.trap.<key>`.
 *
 * Only what is sure stands here: from each host's own documentation as seen in November 2026 where a note
 * names it, else from the names that their servers have had for years. Unknown is null, and not guessed.
 */
import type { ProviderName } from "./credential.ts";

/** A sentence each, in both languages. */
export const HOST_TRAPS = [
  "proxy", // a web proxy in front of the name: switch it off for mail names
  "quotes", // TXT values are entered with quotation marks
  "chunks", // long TXT values are entered as several quoted parts
  "finalDot", // names in values end with a dot, or the domain is added
  "mailSection", // MX is set elsewhere in the panel
  "minTtl", // TTL below an hour is refused
  "oneSpf", // the host itself warns of two SPF records
  "sharedNames", // two services use the same name servers
] as const;
export type HostTrap = (typeof HOST_TRAPS)[number];

/** Words of the form, as the panel shows them. */
export interface FormWords {
  readonly name: string;
  readonly type: string;
  readonly value: string;
}

export interface DnsHost {
  readonly id: string;
  readonly name: string;
  /** Of name servers, lower case without the final dot. */
  readonly servers: readonly RegExp[];
  /** "relative": the panel adds the domain by itself. */
  readonly nameField: "relative" | "full";
  /** What is entered for the domain itself; "": the field stays empty. */
  readonly apex: "@" | "";
  readonly words: FormWords | null;
  readonly chineseWords: FormWords | null;
  /** When changes are usually seen; null: not known. */
  readonly propagation: "minutes" | "hour" | "days" | null;
  readonly traps: readonly HostTrap[];
  /** The console itself can publish there. */
  readonly automation: ProviderName | null;
  /** Name of DNSControl's provider (docs.dnscontrol.org/provider). */
  readonly dnscontrol: string | null;
}

const words = (name: string, type: string, value: string): FormWords => ({ name, type, value });

type Known = Pick<DnsHost, "id" | "name" | "servers"> & Partial<DnsHost>;

/** Nearly all panels add the domain themselves. */
const host = (known: Known): DnsHost => ({
  nameField: "relative",
  apex: "@",
  words: null,
  chineseWords: null,
  propagation: null,
  traps: [],
  automation: null,
  dnscontrol: null,
  ...known,
});

export const DNS_HOSTS: readonly DnsHost[] = [
  host({
    // developers.cloudflare.com/dns/manage-dns-records; proxy: /dns/proxy-status
    id: "cloudflare",
    name: "Cloudflare",
    servers: [/\.ns\.cloudflare\.com$/],
    words: words("Name", "Type", "Content"),
    propagation: "minutes",
    traps: ["proxy"],
    automation: "cloudflare",
    dnscontrol: "CLOUDFLAREAPI",
  }),
  host({
    // docs.aws.amazon.com/Route53/latest/DeveloperGuide/ResourceRecordTypes.html#TXTFormat
    id: "route53",
    name: "Amazon Route 53",
    servers: [/(?:^|\.)awsdns-\d+\.(?:com|net|org|co\.uk)$/],
    apex: "",
    words: words("Record name", "Record type", "Value"),
    propagation: "minutes",
    traps: ["quotes", "chunks"],
    dnscontrol: "ROUTE53",
  }),
  host({
    // cloud.google.com/dns/docs/records
    id: "googlecloud",
    name: "Google Cloud DNS / Squarespace Domains",
    servers: [/^ns-cloud-[a-e]\d\.googledomains\.com$/],
    apex: "",
    words: words("DNS name", "Resource record type", "Data"),
    traps: ["sharedNames"],
    dnscontrol: "GCLOUD",
  }),
  host({
    // learn.microsoft.com/azure/dns/dns-getstarted-portal
    id: "azure",
    name: "Azure DNS",
    servers: [/^ns\d+-\d+\.azure-dns\.(?:com|net|org|info)$/],
    words: words("Name", "Type", "Value"),
    propagation: "minutes",
    dnscontrol: "AZURE_DNS",
  }),
  host({
    // docs.dnspod.com/dns/601114eaf5ab591fcad80e4e: "@" for the domain, host is a prefix
    id: "dnspod",
    name: "DNSPod (Tencent Cloud)",
    servers: [/\.dnspod\.net$/, /^ns\d+\.dnsv[1-5]\.com$/],
    words: words("Host", "Type", "Value"),
    chineseWords: words("主机记录", "记录类型", "记录值"),
  }),
  host({
    // Alibaba Cloud help "如何配置域名的SPF解析以避免退信": "@", one SPF only, up to 48 h
    id: "alidns",
    name: "Alibaba Cloud DNS",
    servers: [/\.hichina\.com$/, /\.alidns\.com$/],
    words: words("Hostname", "Record Type", "Record Value"),
    chineseWords: words("主机记录", "记录类型", "记录值"),
    propagation: "days",
    traps: ["oneSpf"],
  }),
  host({
    // support.huaweicloud.com/usermanual-dns/dns_usermanual_2511.html: quotes, MX as "10 host."
    id: "huaweicloud",
    name: "Huawei Cloud DNS",
    servers: [/^ns\d+\.huaweicloud-dns\.(?:com|cn|net|org)$/],
    apex: "",
    traps: ["quotes"],
    dnscontrol: "HUAWEICLOUD",
  }),
  host({
    // namecheap.com knowledge base: hosts are "@" and labels; MX under Mail Settings → Custom MX
    id: "namecheap",
    name: "Namecheap",
    servers: [/\.registrar-servers\.com$/],
    words: words("Host", "Type", "Value"),
    traps: ["mailSection"],
    dnscontrol: "NAMECHEAP",
  }),
  host({
    // docs.gandi.net "Gérer les enregistrements DNS": "@", relative syntax, final dot in values
    id: "gandi",
    name: "Gandi",
    servers: [/^ns-\d+-[abc]\.gandi\.net$/, /^[abc]\.dns\.gandi\.net$/],
    words: words("Name", "Type", "Value"),
    traps: ["finalDot"],
    dnscontrol: "GANDI_V5",
  }),
  host({
    id: "ovh",
    name: "OVHcloud",
    servers: [/^(?:dns|ns)\d*\.ovh\.(?:net|ca)$/, /\.anycast\.me$/],
    apex: "",
    words: words("Sub-domain", "Type", "Target"),
    traps: ["finalDot"],
    dnscontrol: "OVH",
  }),
  host({
    id: "hetzner",
    name: "Hetzner",
    servers: [
      /\.ns\.hetzner\.(?:com|de)$/,
      /^ns1\.your-server\.de$/,
      /^(?:ns|ns3)\.second-ns\.(?:com|de)$/,
    ],
    words: words("Name", "Type", "Value"),
    traps: ["finalDot"],
    dnscontrol: "HETZNER",
  }),
  host({
    id: "ionos",
    name: "IONOS",
    servers: [/^ns\d+\.ui-dns\.(?:com|de|org|biz)$/],
    words: words("Host name", "Type", "Value"),
  }),
  host({
    id: "porkbun",
    name: "Porkbun",
    servers: [/\.ns\.porkbun\.com$/, /^(?:curitiba|fortaleza|maceio|salvador)\.porkbun\.com$/],
    apex: "",
    words: words("Host", "Type", "Answer"),
    dnscontrol: "PORKBUN",
  }),
  host({
    id: "dnsimple",
    name: "DNSimple",
    servers: [/^ns\d+\.dnsimple(?:-edge)?\.(?:com|net|org)$/],
    apex: "",
    words: words("Name", "Type", "Content"),
    dnscontrol: "DNSIMPLE",
  }),
  host({
    id: "digitalocean",
    name: "DigitalOcean",
    servers: [/^ns[123]\.digitalocean\.com$/],
    words: words("Hostname", "Type", "Value"),
    dnscontrol: "DIGITALOCEAN",
  }),
  host({
    // desec.readthedocs.io: subname "" for the apex, minimum TTL 3600, published at once
    id: "desec",
    name: "deSEC",
    servers: [/^ns1\.desec\.io$/, /^ns2\.desec\.org$/],
    apex: "",
    words: words("Subname", "Type", "Content"),
    propagation: "minutes",
    traps: ["minTtl"],
    automation: "desec",
    dnscontrol: "DESEC",
  }),
  host({
    id: "cloudns",
    name: "ClouDNS",
    servers: [/^p?ns\d+\.cloudns\.(?:net|com|org|info|biz|uk)$/],
    apex: "",
    words: words("Host", "Type", "Points to"),
    dnscontrol: "CLOUDNS",
  }),
  host({
    // GoDaddy help "添加 SPF 记录": name without the domain, "@" for the domain, one SPF only
    id: "godaddy",
    name: "GoDaddy",
    servers: [/\.domaincontrol\.com$/],
    words: words("Name", "Type", "Value"),
    traps: ["oneSpf"],
  }),
  host({
    id: "inwx",
    name: "INWX",
    servers: [/^ns\d?\.inwx\.(?:de|eu|com|net|ch|es)$/],
    dnscontrol: "INWX",
  }),
  host({
    id: "netcup",
    name: "netcup",
    servers: [/^(?:root|second|third)-dns\.netcup\.net$/],
    words: words("Host", "Type", "Destination"),
    dnscontrol: "NETCUP",
  }),
  host({ id: "strato", name: "Strato", servers: [/\.rzone\.de$/] }),
  host({
    // Squarespace help: the panel has Host, Type and Data
    id: "squarespace",
    name: "Squarespace",
    servers: [/\.squarespacedns\.com$/],
    words: words("Host", "Type", "Data"),
  }),
  host({
    id: "vercel",
    name: "Vercel",
    servers: [/^ns[12]\.vercel-dns\.com$/],
    apex: "",
    words: words("Name", "Type", "Value"),
  }),
  host({
    id: "bunny",
    name: "bunny.net",
    servers: [/^(?:kiki|coco)\.bunny\.net$/],
    apex: "",
    dnscontrol: "BUNNY_DNS",
  }),
  host({
    id: "linode",
    name: "Linode (Akamai)",
    servers: [/^ns[1-5]\.linode\.com$/],
    apex: "",
    words: words("Hostname", "Type", "Value"),
    dnscontrol: "LINODE",
  }),
  host({
    id: "vultr",
    name: "Vultr",
    servers: [/^ns[12]\.vultr\.com$/],
    apex: "",
    dnscontrol: "VULTR",
  }),
  host({
    id: "hurricane",
    name: "Hurricane Electric",
    servers: [/^ns[1-5]\.he\.net$/],
    nameField: "full",
    dnscontrol: "HEDNS",
  }),
  host({
    id: "ns1",
    name: "NS1",
    servers: [/^dns\d\.p\d+\.nsone\.net$/],
    apex: "",
    dnscontrol: "NS1",
  }),
];
