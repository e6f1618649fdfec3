/** The server itself: its name, addresses, ports, and the records that it needs. Same keys, same order. */
export const en = {
  "system.tabs": "Pages of the server",
  "identity.title": "Server identity",
  "identity.lead":
    "How other mail servers and mail programs know this server. All domains here share it.",
  "identity.host": "Host name",
  "identity.host.lead": "It greets other servers, and MX records point to it.",
  "identity.host.follows": "Before you change it:",
  "identity.host.follows.records":
    "The records below and those of every domain name the host. Each has to be changed where its DNS is.",
  "identity.host.follows.reverse":
    "The reverse name (PTR) of each address has to lead to the new name. Whoever rents out the address sets it.",
  "identity.host.follows.certificate":
    "Until there is a certificate for the new name, mail programs warn.",
  "identity.host.follows.programs":
    "Mail programs that were set up with the old name work only while it leads here and a certificate covers it.",
  "identity.host.submit": "Change the host name",
  "identity.host.done": "The host name is changed. The engine uses it within seconds.",
  "identity.addresses": "Addresses",
  "identity.addresses.set": "Set here by hand.",
  "identity.addresses.interfaces": "Found at the network interfaces of the machine.",
  "identity.addresses.name":
    "Found by looking up the host name. What the name leads to cannot be judged by itself: set the addresses by hand if you know them.",
  "identity.addresses.nowhere":
    "No public address was found. Set them by hand; until then the records below lack them.",
  "identity.addresses.noIpv6": "No IPv6 address is known, so none is announced.",
  "identity.addresses.field": "Public addresses",
  "identity.addresses.hint":
    "One on a line, IPv4 or IPv6. Leave it empty to use what the engine finds.",
  "identity.addresses.submit": "Save the addresses",
  "identity.addresses.done": "Saved. They are looked at now.",
  "identity.ports": "Announced ports",
  "identity.ports.lead":
    "What mail programs and SRV records are told. Change it where a router forwards other ports; it opens no port. Empty: not announced.",
  "identity.ports.facts": "What mail programs and SRV records are told.",
  "identity.ports.submissions": "Sending, TLS (submissions)",
  "identity.ports.submission": "Sending, STARTTLS (submission)",
  "identity.ports.imaps": "IMAP, TLS (imaps)",
  "identity.ports.imap": "IMAP, STARTTLS (imap)",
  "identity.ports.pop3s": "POP3, TLS (pop3s)",
  "identity.ports.pop3": "POP3, STARTTLS (pop3)",
  "identity.ports.submit": "Save the ports",
  "identity.ports.done": "Saved. The records follow.",
  "identity.records": "Records needed once for the server",
  "identity.records.lead":
    "Whatever domains it serves. PTR records are set by whoever rents out the addresses, all others in the zone of the host name.",
  "identity.beyond": "Seen from this server and from outside",
  "identity.beyond.lead": "What was last looked at beyond the records, each with its result.",
  "identity.beyond.none": "Nothing has been looked at yet.",
  "identity.checkedAt": "Looked at {age}",
  "identity.zone": "As a zone file",
  "identity.noHost":
    "The server has no full host name yet. Set one first: the records depend on it.",
  "error.addresses.invalid": "Each line has to be an IPv4 or IPv6 address, like 203.0.113.7.",
  "error.addresses.private":
    "One of these is reachable only inside your own network. Enter public addresses.",
  "error.addresses.tooMany": "These are too many addresses; 16 at most.",
  "error.port.invalid": "A port is a number from 1 to 65535, or empty.",
} as const;

export const zh: Record<keyof typeof en, string> = {
  "system.tabs": "服务器页面",
  "identity.title": "服务器身份",
  "identity.lead": "其他邮件服务器和邮件程序如何识别本服务器。这里的所有域名共用这些信息。",
  "identity.host": "主机名",
  "identity.host.lead": "本服务器以此名称问候其他服务器，MX 记录也指向它。",
  "identity.host.follows": "更改之前请注意：",
  "identity.host.follows.records":
    "下方的记录以及每个域名的记录都包含主机名，需要在各自的 DNS 服务商处修改。",
  "identity.host.follows.reverse":
    "每个地址的反向解析（PTR）都要指向新名称，由提供该地址的服务商设置。",
  "identity.host.follows.certificate": "在新名称有证书之前，邮件程序会显示警告。",
  "identity.host.follows.programs":
    "使用旧名称设置的邮件程序，只有在旧名称仍指向本服务器且有证书覆盖时才能继续使用。",
  "identity.host.submit": "更改主机名",
  "identity.host.done": "主机名已更改，引擎会在几秒内启用。",
  "identity.addresses": "地址",
  "identity.addresses.set": "由人工在此设置。",
  "identity.addresses.interfaces": "从本机的网络接口上找到。",
  "identity.addresses.name":
    "通过查询主机名得到。名称的指向无法用自身来验证：如果您知道地址，请手动设置。",
  "identity.addresses.nowhere": "没有找到公网地址。请手动设置，在此之前下方的记录会缺少地址。",
  "identity.addresses.noIpv6": "没有已知的 IPv6 地址，因此不会对外公布。",
  "identity.addresses.field": "公网地址",
  "identity.addresses.hint": "每行一个，IPv4 或 IPv6。留空则使用引擎找到的地址。",
  "identity.addresses.submit": "保存地址",
  "identity.addresses.done": "已保存，正在检查这些地址。",
  "identity.ports": "对外公布的端口",
  "identity.ports.lead":
    "告知邮件程序和写入 SRV 记录的端口。路由器转发其他端口时请在此修改；这里不会打开任何端口。留空表示不公布。",
  "identity.ports.facts": "告知邮件程序并写入 SRV 记录的端口。",
  "identity.ports.submissions": "发信，TLS（submissions）",
  "identity.ports.submission": "发信，STARTTLS（submission）",
  "identity.ports.imaps": "IMAP，TLS（imaps）",
  "identity.ports.imap": "IMAP，STARTTLS（imap）",
  "identity.ports.pop3s": "POP3，TLS（pop3s）",
  "identity.ports.pop3": "POP3，STARTTLS（pop3）",
  "identity.ports.submit": "保存端口",
  "identity.ports.done": "已保存，相关记录会随之更新。",
  "identity.records": "服务器只需设置一次的记录",
  "identity.records.lead":
    "与服务哪些域名无关。PTR 记录由提供地址的服务商设置，其余记录都写入主机名所在的区域。",
  "identity.beyond": "从本服务器和外部看到的情况",
  "identity.beyond.lead": "除记录之外最近一次检查的项目及其结果。",
  "identity.beyond.none": "尚未检查过任何项目。",
  "identity.checkedAt": "检查于 {age}",
  "identity.zone": "区域文件",
  "identity.noHost": "服务器还没有完整的主机名。请先设置，记录取决于它。",
  "error.addresses.invalid": "每行必须是一个 IPv4 或 IPv6 地址，例如 203.0.113.7。",
  "error.addresses.private": "其中有地址只能在您自己的网络内访问，请输入公网地址。",
  "error.addresses.tooMany": "地址太多，最多 16 个。",
  "error.port.invalid": "端口应为 1 到 65535 之间的数字，或留空。",
};
