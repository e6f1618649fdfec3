/**
 * Where the DNS begins: addresses of the root servers, from IANA's named.root
 * (https://www.internic.net/domain/named.root) of 18 April 2024. They change once in years, one at a time; the
 * others go on to serve, so an old list is no outage.
 */
export const ROOT_SERVERS: readonly { host: string; addresses: readonly string[] }[] = [
  { host: "a.root-servers.net", addresses: ["198.41.0.4", "2001:503:ba3e::2:30"] },
  { host: "b.root-servers.net", addresses: ["170.247.170.2", "2801:1b8:10::b"] },
  { host: "c.root-servers.net", addresses: ["192.33.4.12", "2001:500:2::c"] },
  { host: "d.root-servers.net", addresses: ["199.7.91.13", "2001:500:2d::d"] },
  { host: "e.root-servers.net", addresses: ["192.203.230.10", "2001:500:a8::e"] },
  { host: "f.root-servers.net", addresses: ["192.5.5.241", "2001:500:2f::f"] },
  { host: "g.root-servers.net", addresses: ["192.112.36.4", "2001:500:12::d0d"] },
  { host: "h.root-servers.net", addresses: ["198.97.190.53", "2001:500:1::53"] },
  { host: "i.root-servers.net", addresses: ["192.36.148.17", "2001:7fe::53"] },
  { host: "j.root-servers.net", addresses: ["192.58.128.30", "2001:503:c27::2:30"] },
  { host: "k.root-servers.net", addresses: ["193.0.14.129", "2001:7fd::1"] },
  { host: "l.root-servers.net", addresses: ["199.7.83.42", "2001:500:9f::42"] },
  { host: "m.root-servers.net", addresses: ["202.12.27.33", "2001:dc3::35"] },
];
