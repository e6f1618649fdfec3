/** Publishing records by themselves: providers, credentials, previews: both languages, same keys, same order. */
export const en = {
  // What goes wrong at particular DNS hosts: lib/mail/dns/dns-hosts.ts
  "publish.trap.proxy":
    "Switch the proxy (the orange cloud) off for every name that has to do with mail: mail cannot pass through it.",
  "publish.trap.quotes": "Enter the values of TXT records with quotation marks around them.",
  "publish.trap.chunks":
    "Enter a TXT value of more than 255 characters as several quoted parts with a space between them.",
  "publish.trap.finalDot":
    "Where a value is a host name, end it with a dot; otherwise the host adds your domain to it.",
  "publish.trap.mailSection":
    "MX records are not among the others: choose “Custom MX” under “Mail Settings” first.",
  "publish.trap.minTtl": "A TTL below 3600 seconds is refused.",
  "publish.trap.oneSpf":
    "Have a single SPF record: change the one that is there instead of adding another.",
  "publish.trap.sharedNames":
    "Google Cloud DNS and Squarespace Domains have the same name servers. Use the panel in which the domain is.",
} as const;

export const zh: Record<keyof typeof en, string> = {
  "publish.trap.proxy": "所有与邮件有关的名称都要关闭代理（橙色云朵）：邮件无法通过代理传输。",
  "publish.trap.quotes": "TXT 记录的值需要用半角双引号包裹。",
  "publish.trap.chunks":
    "超过 255 个字符的 TXT 值要分成多段填写，每段加双引号，段与段之间用空格隔开。",
  "publish.trap.finalDot":
    "如果记录值是主机名，请在末尾加上英文句点，否则服务商会在后面补上您的域名。",
  "publish.trap.mailSection": "MX 记录不在普通记录列表中：请先在“Mail Settings”中选择“Custom MX”。",
  "publish.trap.minTtl": "TTL 低于 3600 秒会被拒绝。",
  "publish.trap.oneSpf": "SPF 记录只能有一条：请修改已有的记录，不要再添加一条。",
  "publish.trap.sharedNames":
    "Google Cloud DNS 与 Squarespace Domains 使用相同的域名服务器，请在域名实际所在的控制台中操作。",
};
