/** What is looked at beyond records: titles and purposes beside those of lib/i18n/dns-records.ts. */
import type { ProbeKind } from "../mail/dns/check.ts";

type Key = `dns.${ProbeKind}.${"title" | "purpose"}`;

export const en = {
  "dns.zone.title": "Name servers",
  "dns.zone.purpose": "The servers that answer for the domain, and whether they agree.",
  "dns.smtpTls.title": "Encryption of the mail exchange",
  "dns.smtpTls.purpose":
    "Whether other servers can deliver encrypted, and verify whom they deliver to.",
  "dns.portTls.title": "Port for mail programs",
  "dns.portTls.purpose": "Whether mail programs reach this server, and accept its certificate.",
  "dns.stsPolicy.title": "Encryption policy, fetched (MTA-STS)",
  "dns.stsPolicy.purpose": "The policy as other servers get it over HTTPS.",
  "dns.caa.title": "Certificates may be issued (CAA)",
  "dns.caa.purpose": "Whether CAA records let our certificate authority issue for this domain.",
  "dns.forward.title": "Name and address of the server",
  "dns.forward.purpose": "Whether the server's address leads to its name and back.",
  "dns.outbound25.title": "Way out to other servers",
  "dns.outbound25.purpose":
    "Whether this server reaches port 25 of others. Without it no mail leaves.",
  "dns.blocklist.title": "Blocklists",
  "dns.blocklist.purpose": "Whether lists that receivers ask name an address of this server.",
} as const satisfies Record<Key, string>;

export const zh: Record<keyof typeof en, string> = {
  "dns.zone.title": "域名服务器",
  "dns.zone.purpose": "为此域名应答的服务器，以及它们是否一致。",
  "dns.smtpTls.title": "邮件交换的加密",
  "dns.smtpTls.purpose": "其他服务器能否加密投递，并验证投递对象。",
  "dns.portTls.title": "邮件程序的端口",
  "dns.portTls.purpose": "邮件程序能否连接本服务器，并接受其证书。",
  "dns.stsPolicy.title": "获取到的加密策略（MTA-STS）",
  "dns.stsPolicy.purpose": "其他服务器通过 HTTPS 得到的策略。",
  "dns.caa.title": "允许签发证书（CAA）",
  "dns.caa.purpose": "CAA 记录是否允许我们的证书颁发机构为此域名签发。",
  "dns.forward.title": "服务器的名称与地址",
  "dns.forward.purpose": "服务器地址与名称能否互相对应。",
  "dns.outbound25.title": "通往其他服务器的出口",
  "dns.outbound25.purpose": "本服务器能否连接他人的端口 25。否则邮件无法外发。",
  "dns.blocklist.title": "黑名单",
  "dns.blocklist.purpose": "收件方查询的名单是否收录了本服务器的地址。",
};
