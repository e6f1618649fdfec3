/** The DNS page's filters, and its records step by step: both languages, same keys, same order. */
export const en = {
  "dns.show": "Show",
  "dns.show.all": "Everything",
  "dns.show.work": "Only what needs work",
  "dns.show.only": "Only: {group}.",
  "dns.show.everyGroup": "Show all groups",
  "dns.show.none": "Nothing to show",
  "dns.show.noneLeft": "No record needs work: each is right, or on its way.",
  "dns.show.noneInGroup": "None of these records needs work: each is right, or on its way.",
  "dns.show.noneOfGroup": "As this domain is used here, it needs no records of this kind.",
} as const;

export const zh: Record<keyof typeof en, string> = {
  "dns.show": "显示",
  "dns.show.all": "全部",
  "dns.show.work": "仅需处理的记录",
  "dns.show.only": "仅显示：{group}。",
  "dns.show.everyGroup": "显示所有分组",
  "dns.show.none": "没有可显示的内容",
  "dns.show.noneLeft": "没有需要处理的记录：每条都已正确，或正在生效。",
  "dns.show.noneInGroup": "这一组中没有需要处理的记录：每条都已正确，或正在生效。",
  "dns.show.noneOfGroup": "按照此域名在本系统中的用途，不需要这类记录。",
};
