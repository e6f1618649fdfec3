/** Adding domains and what they are used for. Both languages, same keys, same order. */
export const en = {
  "error.domain.mode": "Choose what the domain is used for.",
  "error.domain.sendingOff": "{domain} does not send mail from here.",
} as const;

export const zh: Record<keyof typeof en, string> = {
  "error.domain.mode": "请选择此域名的用途。",
  "error.domain.sendingOff": "{domain} 不从这里发信。",
};
