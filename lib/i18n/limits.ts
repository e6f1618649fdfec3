/** What a mailbox may keep. Both languages, same keys, same order. */
export const en = {
  "limits.change": "Change the limits",
  "limits.effect":
    "They count at once. What is kept already stays, also above a limit; but nothing new is taken until there is room.",
  "limits.storage": "Storage limit in GB",
  "limits.messages": "Limit on messages",
  "limits.messagesHint": "Empty: any number.",
  "limits.save": "Save the limits",
  "limits.saved": "The new limits count from now on.",
  "limits.messagesOf": "{used} of {limit|# message|# messages}",
  "limits.any": "{n|# message|# messages}, any number may be kept",
  "limits.full": "Full: nothing new is taken until something is deleted for good.",
} as const;

export const zh: Record<keyof typeof en, string> = {
  "limits.change": "更改配额",
  "limits.effect": "立即生效。已有的邮件即使超出配额也会保留，但在腾出空间之前不再接收新邮件。",
  "limits.storage": "存储空间上限（GB）",
  "limits.messages": "邮件数量上限",
  "limits.messagesHint": "留空表示不限。",
  "limits.save": "保存配额",
  "limits.saved": "新配额已生效。",
  "limits.messagesOf": "{used} / {limit} 封邮件",
  "limits.any": "{n} 封邮件，数量不限",
  "limits.full": "已满：彻底删除一些邮件之前，不再接收新邮件。",
};
