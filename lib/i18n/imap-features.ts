/**
 * Features of IMAP that a mailbox can be denied, by what one sees when a mail program stumbles over
 * them. Both languages, same keys, same order.
 */
export const en = {
  "features.title": "When a mail program misbehaves",
  "features.lead":
    "Switch off the feature of IMAP that it stumbles over, for this mailbox alone; all its mail programs then do without. Otherwise leave everything on: features save time and data.",
  "features.all": "All features are on.",
  "features.off": "Switched off: {names}.",
  "features.change": "Choose what to switch off",
  "features.effect":
    "It takes effect at once: saving ends the open connections of this mailbox, and mail programs that connect again no longer see the feature.",
  "features.others": "All other features",
  "features.save": "Save and reconnect",
  "features.saved": "Saved. Open connections are being ended.",
  "features.UIDONLY":
    "Outlook through Microsoft 365 (new Outlook, Outlook on phones): the account connects, but no messages appear.",
  "features.IDLE":
    "New mail is shown only after the program is started again: some networks drop quiet connections without a word. It then looks every few minutes instead.",
  "features.COMPRESS":
    "The program stops right after signing in, or shows garbled text: its compression does not work.",
  "features.CONDSTORE":
    "Read, flagged or deleted messages come back as they were: the program remembers wrongly what it saw last. QRESYNC goes with it.",
  "features.MOVE": "Messages that are moved vanish from view, or are there twice.",
  "features.IMAP4rev2":
    "The program refuses the account or finds no folders: it does not know the newer version of IMAP.",
  "features.SPECIALUSE":
    "Sent or deleted messages go to a folder that the person does not want: the program then asks which to use.",
  "features.NOTIFY": "The program stops after new mail in another folder than the open one.",
} as const;

export const zh: Record<keyof typeof en, string> = {
  "features.title": "邮件程序出现异常时",
  "features.lead":
    "可仅为此邮箱关闭导致问题的 IMAP 功能，其所有邮件程序都将不再使用该功能。没有问题时请保持全部开启：这些功能可节省时间和流量。",
  "features.all": "所有功能均已开启。",
  "features.off": "已关闭：{names}。",
  "features.change": "选择要关闭的功能",
  "features.effect": "立即生效：保存后会断开此邮箱的现有连接，邮件程序重新连接后便看不到该功能。",
  "features.others": "所有其他功能",
  "features.save": "保存并重新连接",
  "features.saved": "已保存，正在断开现有连接。",
  "features.UIDONLY":
    "通过 Microsoft 365 使用的 Outlook（新版 Outlook、手机版 Outlook）：账户可以连接，但不显示邮件。",
  "features.IDLE":
    "重新启动程序后才显示新邮件：有些网络会悄悄断开空闲连接。关闭后程序改为每隔几分钟检查一次。",
  "features.COMPRESS": "程序登录后立即停住，或显示乱码：其压缩功能无法正常工作。",
  "features.CONDSTORE":
    "已读、已标记或已删除的邮件恢复原状：程序记错了上次看到的状态。QRESYNC 会一并关闭。",
  "features.MOVE": "移动的邮件从界面消失，或出现两份。",
  "features.IMAP4rev2": "程序拒绝该账户或找不到文件夹：它不认识较新版本的 IMAP。",
  "features.SPECIALUSE":
    "已发送或已删除的邮件进入了使用者不想要的文件夹：关闭后程序会询问使用哪个文件夹。",
  "features.NOTIFY": "当前未打开的文件夹收到新邮件时，程序停止响应。",
};
