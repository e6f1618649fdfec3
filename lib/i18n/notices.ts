/** Mails about checks (engine/watch/notices.ts): both languages, same keys, same order. */
export const en = {
  "notice.subject.broken": "{subject}: {n|a check has failed|# checks have failed}",
  "notice.subject.recovered": "{subject}: right again",
  "notice.subject.green": "{subject}: everything is set up",
  "notice.subject.waiting": "{subject}: some records are not seen yet",
  "notice.hello": "Hello {name},",
  "notice.broken":
    "this was right for {subject} and is not any more. It was seen twice, some minutes apart:",
  "notice.recovered": "this is right again for {subject}:",
  "notice.green":
    "{subject} can receive and send, is protected from forgery, its mail travels encrypted, and devices set themselves up. Nothing is left to do.",
  "notice.waiting": "these records of {subject} have not been seen yet:",
  "notice.before": "before: {values}",
  "notice.now": "now: {values}",
  "notice.nothing": "(nothing)",
  "notice.fixAdd": "to mend it, add at {name}, type {type}: {values}",
  "notice.fixReplace": "to mend it, replace at {name}, type {type}, by: {values}",
  "notice.fixRemove": "to mend it, remove at {name}, type {type}: {values}",
  "notice.since": "since {time}",
  "notice.link": "Look at it: {url}",
  "notice.why":
    "You get this because you look after {subject} on {host}. Your account has a switch for it.",
} as const;

export const zh: Record<keyof typeof en, string> = {
  "notice.subject.broken": "{subject}：{n|一项检查失败|# 项检查失败}",
  "notice.subject.recovered": "{subject}：已恢复正常",
  "notice.subject.green": "{subject}：全部设置完成",
  "notice.subject.waiting": "{subject}：部分记录尚未检测到",
  "notice.hello": "{name}，您好：",
  "notice.broken": "以下项目对 {subject} 曾是正确的，现在不再正确。相隔数分钟两次确认：",
  "notice.recovered": "以下项目对 {subject} 已恢复正常：",
  "notice.green":
    "{subject} 可以收发邮件，已防止伪造，邮件加密传输，设备可自动设置。无需再做什么。",
  "notice.waiting": "{subject} 的以下记录尚未检测到：",
  "notice.before": "之前：{values}",
  "notice.now": "现在：{values}",
  "notice.nothing": "（无）",
  "notice.fixAdd": "修复方法：在 {name} 添加 {type} 记录：{values}",
  "notice.fixReplace": "修复方法：将 {name} 的 {type} 记录替换为：{values}",
  "notice.fixRemove": "修复方法：删除 {name} 的 {type} 记录：{values}",
  "notice.since": "自 {time} 起",
  "notice.link": "查看：{url}",
  "notice.why": "您收到此邮件，是因为您在 {host} 上管理 {subject}。可在账户中关闭。",
};
