/** Folders of a mailbox and what is in them. Both languages, same keys, same order. */
export const en = {
  "folders.title": "Folders",
  "folders.sum":
    "{folders|# folder|# folders} with {messages|# message|# messages}, {unseen} unread: {size} of {quota}.",
  "folders.deleted":
    "{n|# message is|# messages are} marked as deleted. They take room until a mail program removes them for good (“compact”, “expunge”).",
  "folders.none": "No folders here.",
  "folders.paging": "Pages of folders",
  "folders.name": "Folder",
  "folders.use": "Used for",
  "folders.messages": "Messages",
  "folders.unread": "Unread",
  "folders.size": "Size",
  "folders.use.inbox": "Incoming mail",
  "folders.use.all": "All mail",
  "folders.use.archive": "Archive",
  "folders.use.drafts": "Drafts",
  "folders.use.flagged": "Flagged",
  "folders.use.important": "Important",
  "folders.use.junk": "Junk",
  "folders.use.sent": "Sent mail",
  "folders.use.trash": "Trash",
} as const;

export const zh: Record<keyof typeof en, string> = {
  "folders.title": "文件夹",
  "folders.sum":
    "共 {folders} 个文件夹、{messages} 封邮件，其中 {unseen} 封未读：已用 {size} / {quota}。",
  "folders.deleted": "{n} 封邮件已标记为删除，在邮件程序彻底清除（“压缩”或“清除”）之前仍占用空间。",
  "folders.none": "此处没有文件夹。",
  "folders.paging": "文件夹分页",
  "folders.name": "文件夹",
  "folders.use": "用途",
  "folders.messages": "邮件",
  "folders.unread": "未读",
  "folders.size": "大小",
  "folders.use.inbox": "收件箱",
  "folders.use.all": "所有邮件",
  "folders.use.archive": "归档",
  "folders.use.drafts": "草稿",
  "folders.use.flagged": "已加旗标",
  "folders.use.important": "重要",
  "folders.use.junk": "垃圾邮件",
  "folders.use.sent": "已发送",
  "folders.use.trash": "废纸篓",
};
