/** Signing keys: both languages, same keys, same order. */
export const en = {
  "nav.keys": "Signing keys",
  "keys.title": "Signing keys",
  "keys.lead":
    "Mail from {domain} is signed (DKIM), so that receivers can tell it from forgeries. A key signs as soon as all name servers show its record, never before.",
  "keys.now": "What is signed now",
  "keys.now.signed": "Mail from {domain} leaves signed with {selectors}.",
  "keys.now.dual":
    "With both kinds of key side by side: RSA is verified everywhere, Ed25519 by those who know it. A receiver needs only one of the two.",
  "keys.now.single":
    "With one kind of key. RSA is what everybody verifies; Ed25519 beside it helps those who know it.",
  "keys.now.unsigned":
    "Mail from {domain} leaves unsigned: no key of it is visible in DNS yet. Publish the records below; signing begins by itself.",
  "keys.now.none": "Mail from {domain} leaves unsigned: it has no signing key. Add a pair below.",
  "keys.publish": "Publish these records",
  "keys.publishLead":
    "They are looked for again and again: every minute at first, later less often. You may close this page: what follows happens by itself.",
  "keys.look": "Done: look now",
  "keys.look.asked": "Looking now. This page changes by itself when something is seen.",
  "keys.look.tooSoon":
    "Somebody has just asked. The next look may be asked for in {n|# second|# seconds}.",
  "keys.list": "Keys",
  "keys.mine": "Keys of {domain}",
  "keys.state.publishing": "Publishing",
  "keys.state.visible": "Visible",
  "keys.state.signing": "Signing",
  "keys.state.retiring": "Retiring",
  "keys.state.safe_to_delete": "Safe to delete",
  "keys.state.revoked": "Revoked",
  "keys.means.publishing": "Waits until all name servers show its record.",
  "keys.means.visible": "All name servers show it. Its turn to sign comes next.",
  "keys.means.visibleUntil":
    "All name servers show it. It signs from {time}, when no cache remembers that it was not there.",
  "keys.means.prepared": "Ready for its day. It does not sign yet.",
  "keys.means.signing": "Outgoing mail is signed with it.",
  "keys.means.retiring":
    "Signs no more. Its record has to stay until {time}: mail on its way is still verified with it.",
  "keys.means.safe_to_delete":
    "Nothing needs it any more. Remove its record; when it is gone, so is this key.",
  "keys.means.safeSelf":
    "Nothing needs it any more. The server removes its record; when it is gone, so is this key.",
  "keys.means.revoked":
    "Signs no more. Its record has to say so with an empty “p=”: publish this one in its place.",
  "keys.steps": "Life of {selector}",
  "keys.algorithm": "{name}, {bits} bits",
  "keys.imported": "imported",
  "keys.behind": "behind a CNAME",
  "keys.firstSigned": "First signed",
  "keys.never": "never",
  "keys.seen": "In DNS",
  "keys.seen.yes": "seen {age}",
  "keys.seen.no": "not seen when looked for {age}",
  "keys.seen.waiting": "not looked for yet",
  "keys.publishFailed": "The server could not publish it: {why}",
  "keys.record": "Record",
  "keys.download": "Download as a zone file",
  "keys.copyName": "Copy the name of {selector}",
  "keys.copyValue": "Copy the value of {selector}",
  "keys.name": "Name",
  "keys.value": "Value",
  "keys.revoke": "Revoke",
  "keys.revokeOf": "Revoke {selector}",
  "keys.revokeWhy":
    "For a key that others may have got hold of. It stops signing at once, and its record is to be replaced by one without a key. Mail that is on its way with its signature will fail.",
  "keys.revokeLast":
    "Nothing else signs for this domain: mail will leave unsigned. To revoke it all the same, type {domain}",
  "keys.revokeDo": "Revoke this key",
  "keys.revoked": "{selector} is revoked. Replace its record with the one shown.",
  "keys.delete": "Delete",
  "keys.deleteOf": "Delete {selector}",
  "keys.deleteSafe": "Nothing needs it. The private half is destroyed.",
  "keys.deleteUnsafe":
    "Mail that carries its signature may still be on its way, and could not be verified any more. The private half is destroyed. Type {word} to delete it now",
  "keys.deleteDo": "Delete this key",
  "keys.deleted": "{selector} is deleted. If its record is still in DNS, remove it there.",
  "keys.deletedSelf":
    "{selector} signs no more. The server removes its record first, then the key.",

  "keys.rotation": "Replacing the keys",
  "keys.rotation.lead":
    "New keys are published beside the old ones and take over when everybody sees them. No message is ever signed with a key that nobody can find.",
  "keys.rotation.start": "Replace the keys",
  "keys.rotation.startNow": "Use the prepared keys now",
  "keys.rotation.none":
    "Nothing is under way. Replacing keys once or twice a year is good practice; at once if somebody may have copied them.",
  "keys.rotation.last": "Last replaced {time}.",
  "keys.rotation.prepared":
    "The next pair ({selectors}) is prepared behind its CNAMEs and takes over by itself on {time}.",
  "keys.rotation.preparedIdle":
    "The next pair ({selectors}) is prepared behind its CNAMEs. No day is set: it takes over when you say so.",
  "keys.rotation.due": "The next replacement begins by itself on {time}.",
  "keys.rotation.started":
    "The new keys are made: {selectors}. Publish their records; the rest happens by itself.",
  "keys.rotation.by": "Started by {name}, {age}.",
  "keys.rotation.step.publish": "Publish the new keys",
  "keys.rotation.step.wait": "Caches forget",
  "keys.rotation.step.keep": "Old keys are kept",
  "keys.rotation.step.remove": "Remove the old records",
  "keys.rotation.at.publish":
    "Add these records, and leave the old ones in place. The old keys go on signing until the new ones are seen everywhere.",
  "keys.rotation.at.publishSelf":
    "The server has published the new keys, and waits until all name servers show them.",
  "keys.rotation.at.wait":
    "All name servers show the new keys. They take over at {time}, when no cache remembers that they were not there.",
  "keys.rotation.at.keep":
    "The new keys sign. The old records have to stay until {time}, for mail that is still on its way. There is nothing to do.",
  "keys.rotation.at.remove":
    "Remove these records. When no name server shows them any more, the old keys are deleted here and the replacement is done.",
  "keys.rotation.at.removeSelf":
    "The server removes the old records. When no name server shows them any more, the replacement is done.",
  "keys.rotation.cancel": "Take it back",
  "keys.rotation.cancel.before":
    "The new keys are dropped; nothing has happened to your mail. Records that you have added already may be removed.",
  "keys.rotation.cancel.after":
    "The old keys sign again, and the new ones retire. Possible as long as the old records are still seen.",
  "keys.rotation.cancelled": "Taken back.",

  "keys.add": "Add keys",
  "keys.addLead":
    "A key more, which signs beside the others. To replace keys, use “Replace the keys” instead.",
  "keys.add.kind": "Kind",
  "keys.add.pair": "RSA and Ed25519, as a pair (recommended)",
  "keys.add.rsa": "RSA alone",
  "keys.add.ed25519": "Ed25519 alone",
  "keys.add.bits": "Length of the RSA key",
  "keys.add.bitsHint":
    "2048 bits are verified everywhere. Longer keys make records that some DNS hosts do not take.",
  "keys.add.bits.2048": "2048 bits (recommended)",
  "keys.add.bits.3072": "3072 bits",
  "keys.add.bits.4096": "4096 bits",
  "keys.add.do": "Add",
  "keys.added": "Added: {selectors}. Publish the records; signing begins by itself.",
  "keys.import": "Import a key",
  "keys.importLead":
    "To move here without touching DNS: the key that another server signs with, and its selector. It is kept encrypted and never shown again.",
  "keys.import.selector": "Selector",
  "keys.import.selectorHint": "What stands before “._domainkey” in the name of its record.",
  "keys.import.pem": "Private key (PEM)",
  "keys.import.pemHint":
    "Starts with “-----BEGIN PRIVATE KEY-----” or “-----BEGIN RSA PRIVATE KEY-----”.",
  "keys.import.do": "Import",
  "keys.imported.done": "{selector} is imported. It signs as soon as its record is seen.",

  "keys.settings": "How keys are published and replaced",
  "keys.settings.mode": "Records",
  "keys.settings.txt": "TXT records in the domain’s zone",
  "keys.settings.cname": "CNAMEs that lead to this server",
  "keys.settings.modeHint":
    "Behind CNAMEs this server publishes the keys itself: the domain’s zone is changed once, and never again for them.",
  "keys.settings.rotate": "Replace keys by themselves",
  "keys.settings.never": "Never: when I say so",
  "keys.settings.days": "Every {n} days",
  "keys.settings.rotateHint":
    "Possible where the server can publish by itself: behind CNAMEs, or with access to the domain’s DNS.",
  "keys.settings.cannotServer":
    "CNAMEs need access to the DNS of {host}: an operator adds it for all domains of this server, under “Automate” in DNS records.",
  "keys.settings.cannotDomain":
    "The server has no access to the DNS of {domain}: add it under “Automate” in DNS records.",
  "keys.settings.saved": "Saved.",
  "keys.settings.savedOver":
    "Saved. New keys are made: publish their records, and the old ones go on until those are seen.",
  "keys.readOnly": "You may look at the keys, not change them.",

  "error.keys.bits": "2048, 3072 or 4096 bits.",
  "error.keys.kind": "Choose one of the kinds.",
  "error.keys.mode": "Choose one of the two ways.",
  "error.keys.rotateDays": "Choose one of the periods.",
  "error.keys.selector": "Letters, digits and dashes, for example “s1”.",
  "error.keys.selectorTaken":
    "The domain has, or had, a key with this selector. Receivers remember it: choose another.",
  "error.keys.keyTaken": "This key is here already, under another selector.",
  "error.keys.tooMany": "Twelve keys are the most. Delete what is not needed.",
  "error.keys.notAKey": "This is not a private key in PEM.",
  "error.keys.encrypted": "The key is protected with a passphrase. Remove it first (openssl pkey).",
  "error.keys.publicOnly": "This is the public half. The private one is needed.",
  "error.keys.otherKind": "Only RSA and Ed25519 keys sign mail.",
  "error.keys.tooShort":
    "The key is shorter than 2048 bits, which is not safe any more. Make a new one.",
  "error.keys.tooLong": "More than 4096 bits are not verified by all receivers.",
  "error.keys.confirmDomain": "Nothing else signs. Type {domain} to confirm.",
  "error.keys.confirmSelector":
    "Mail signed with it may be on its way. Type {selector} to confirm.",
  "error.keys.already": "It is revoked already.",
  "error.keys.underWay": "A replacement is under way. Finish it or take it back first.",
  "error.keys.noPlace": "Both pairs are in use until the old keys are gone.",
  "error.keys.cannotPublish": "The server has no way to publish by itself there.",
  "error.keys.tooLong.name": "The name would be too long for DNS. Use TXT records.",
  "error.keys.over": "It is over already.",
  "error.keys.oldKeysGone": "The old keys are not seen in DNS any more: they cannot sign.",
} as const;

export const zh: Record<keyof typeof en, string> = {
  "nav.keys": "签名密钥",
  "keys.title": "签名密钥",
  "keys.lead":
    "发自 {domain} 的邮件都会签名（DKIM），收件方据此识别伪造。只有当所有名称服务器都给出某个密钥的记录后，才会用它签名。",
  "keys.now": "当前签名情况",
  "keys.now.signed": "发自 {domain} 的邮件使用 {selectors} 签名。",
  "keys.now.dual":
    "两种密钥并用：RSA 人人都能验证，Ed25519 由支持它的收件方验证。收件方只需其中之一。",
  "keys.now.single": "只用一种密钥。RSA 人人都能验证；再加上 Ed25519，可供支持它的收件方使用。",
  "keys.now.unsigned":
    "发自 {domain} 的邮件目前未签名：DNS 中还看不到它的密钥。请发布下列记录，之后会自动开始签名。",
  "keys.now.none": "发自 {domain} 的邮件目前未签名：它没有签名密钥。请在下方添加一对。",
  "keys.publish": "请发布这些记录",
  "keys.publishLead":
    "系统会反复查找它们：起初每分钟一次，之后逐渐减少。您可以关闭此页，后续步骤会自动进行。",
  "keys.look": "已完成，立即查找",
  "keys.look.asked": "正在查找。一有发现，此页会自动更新。",
  "keys.look.tooSoon": "刚刚已有人请求过，{n} 秒后可再次请求。",
  "keys.list": "密钥",
  "keys.mine": "{domain} 的密钥",
  "keys.state.publishing": "待发布",
  "keys.state.visible": "已可见",
  "keys.state.signing": "签名中",
  "keys.state.retiring": "退役中",
  "keys.state.safe_to_delete": "可以删除",
  "keys.state.revoked": "已吊销",
  "keys.means.publishing": "等待所有名称服务器给出它的记录。",
  "keys.means.visible": "所有名称服务器都已给出它，接下来将用它签名。",
  "keys.means.visibleUntil": "所有名称服务器都已给出它。到 {time} 缓存全部更新后，开始用它签名。",
  "keys.means.prepared": "已为预定的日子备好，目前不签名。",
  "keys.means.signing": "发出的邮件用它签名。",
  "keys.means.retiring": "不再签名。记录须保留到 {time}：途中的邮件仍要靠它验证。",
  "keys.means.safe_to_delete": "已无人需要它。请删除它的记录；记录消失后，此密钥也随之删除。",
  "keys.means.safeSelf": "已无人需要它。服务器会删除它的记录；记录消失后，此密钥也随之删除。",
  "keys.means.revoked": "不再签名。其记录须以空的 “p=” 表明这一点：请用下面的记录替换。",
  "keys.steps": "{selector} 的进程",
  "keys.algorithm": "{name}，{bits} 位",
  "keys.imported": "导入",
  "keys.behind": "通过 CNAME",
  "keys.firstSigned": "首次签名",
  "keys.never": "从未",
  "keys.seen": "DNS 中",
  "keys.seen.yes": "{age}看到",
  "keys.seen.no": "{age}查找时未看到",
  "keys.seen.waiting": "尚未查找",
  "keys.publishFailed": "服务器未能发布它：{why}",
  "keys.record": "记录",
  "keys.download": "下载为区域文件",
  "keys.copyName": "复制 {selector} 的名称",
  "keys.copyValue": "复制 {selector} 的值",
  "keys.name": "名称",
  "keys.value": "值",
  "keys.revoke": "吊销",
  "keys.revokeOf": "吊销 {selector}",
  "keys.revokeWhy":
    "用于可能已落入他人之手的密钥。它会立即停止签名，其记录须换成不含密钥的记录。途中带有其签名的邮件将无法通过验证。",
  "keys.revokeLast": "此域名没有其他密钥签名，邮件将不签名发出。仍要吊销，请输入 {domain}",
  "keys.revokeDo": "吊销此密钥",
  "keys.revoked": "{selector} 已吊销。请将其记录换成所示的记录。",
  "keys.delete": "删除",
  "keys.deleteOf": "删除 {selector}",
  "keys.deleteSafe": "已无人需要它。私钥将被销毁。",
  "keys.deleteUnsafe":
    "带有其签名的邮件可能仍在途中，删除后将无法验证。私钥将被销毁。要立即删除，请输入 {word}",
  "keys.deleteDo": "删除此密钥",
  "keys.deleted": "{selector} 已删除。如果 DNS 中仍有它的记录，请在那里删除。",
  "keys.deletedSelf": "{selector} 不再签名。服务器会先删除其记录，再删除密钥。",

  "keys.rotation": "更换密钥",
  "keys.rotation.lead":
    "新密钥与旧密钥同时发布，待各处都能看到后再接替。任何邮件都不会用无人能查到的密钥签名。",
  "keys.rotation.start": "更换密钥",
  "keys.rotation.startNow": "立即启用备好的密钥",
  "keys.rotation.none": "目前没有进行中的更换。建议每年更换一两次；如有泄露之虞，请立即更换。",
  "keys.rotation.last": "上次更换：{time}。",
  "keys.rotation.prepared": "下一对密钥（{selectors}）已在 CNAME 之后备好，将于 {time} 自动接替。",
  "keys.rotation.preparedIdle":
    "下一对密钥（{selectors}）已在 CNAME 之后备好。未设日期，由您决定何时启用。",
  "keys.rotation.due": "下一次更换将于 {time} 自动开始。",
  "keys.rotation.started": "新密钥已生成：{selectors}。请发布其记录，其余步骤会自动进行。",
  "keys.rotation.by": "由 {name} 于{age}发起。",
  "keys.rotation.step.publish": "发布新密钥",
  "keys.rotation.step.wait": "等待缓存更新",
  "keys.rotation.step.keep": "保留旧密钥",
  "keys.rotation.step.remove": "删除旧记录",
  "keys.rotation.at.publish":
    "请添加这些记录，旧记录保持不动。在各处都能看到新密钥之前，仍用旧密钥签名。",
  "keys.rotation.at.publishSelf": "服务器已发布新密钥，正在等待所有名称服务器给出它们。",
  "keys.rotation.at.wait": "所有名称服务器都已给出新密钥。到 {time} 缓存全部更新后，由它们接替。",
  "keys.rotation.at.keep":
    "已用新密钥签名。旧记录须保留到 {time}，供仍在途中的邮件验证。您无需操作。",
  "keys.rotation.at.remove":
    "请删除这些记录。当所有名称服务器都不再给出它们时，旧密钥会在此删除，更换即告完成。",
  "keys.rotation.at.removeSelf":
    "服务器正在删除旧记录。当所有名称服务器都不再给出它们时，更换即告完成。",
  "keys.rotation.cancel": "撤回",
  "keys.rotation.cancel.before": "放弃新密钥，您的邮件不受影响。已添加的记录可以删除。",
  "keys.rotation.cancel.after": "恢复用旧密钥签名，新密钥退役。只要还能看到旧记录即可撤回。",
  "keys.rotation.cancelled": "已撤回。",

  "keys.add": "添加密钥",
  "keys.addLead": "增加一个与其他密钥并行签名的密钥。若要替换，请使用“更换密钥”。",
  "keys.add.kind": "种类",
  "keys.add.pair": "RSA 与 Ed25519 一对（推荐）",
  "keys.add.rsa": "仅 RSA",
  "keys.add.ed25519": "仅 Ed25519",
  "keys.add.bits": "RSA 密钥长度",
  "keys.add.bitsHint": "2048 位处处都能验证。更长的密钥产生的记录，有些 DNS 服务商不接受。",
  "keys.add.bits.2048": "2048 位（推荐）",
  "keys.add.bits.3072": "3072 位",
  "keys.add.bits.4096": "4096 位",
  "keys.add.do": "添加",
  "keys.added": "已添加：{selectors}。请发布其记录，之后会自动开始签名。",
  "keys.import": "导入密钥",
  "keys.importLead":
    "无需改动 DNS 即可迁移至此：填入另一台服务器用来签名的密钥及其选择器。它会加密保存，不再显示。",
  "keys.import.selector": "选择器",
  "keys.import.selectorHint": "记录名称中 “._domainkey” 之前的部分。",
  "keys.import.pem": "私钥（PEM）",
  "keys.import.pemHint":
    "以 “-----BEGIN PRIVATE KEY-----” 或 “-----BEGIN RSA PRIVATE KEY-----” 开头。",
  "keys.import.do": "导入",
  "keys.imported.done": "{selector} 已导入。看到其记录后即开始签名。",

  "keys.settings": "密钥的发布与更换方式",
  "keys.settings.mode": "记录",
  "keys.settings.txt": "TXT 记录，写在域名的区域中",
  "keys.settings.cname": "CNAME，指向本服务器",
  "keys.settings.modeHint":
    "使用 CNAME 时由本服务器自行发布密钥：域名的区域只需改动一次，以后不再为密钥改动。",
  "keys.settings.rotate": "自动更换密钥",
  "keys.settings.never": "从不：由我决定",
  "keys.settings.days": "每 {n} 天",
  "keys.settings.rotateHint": "仅在服务器可自行发布时可用：通过 CNAME，或能访问域名的 DNS。",
  "keys.settings.cannotServer":
    "使用 CNAME 须能访问 {host} 的 DNS：由管理员在“DNS 记录”的“自动发布”中为本服务器的所有域名添加。",
  "keys.settings.cannotDomain":
    "服务器无权访问 {domain} 的 DNS：请在“DNS 记录”的“自动发布”中添加。",
  "keys.settings.saved": "已保存。",
  "keys.settings.savedOver": "已保存，并生成了新密钥：请发布其记录；在看到它们之前，仍使用旧密钥。",
  "keys.readOnly": "您可以查看密钥，但不能更改。",

  "error.keys.bits": "须为 2048、3072 或 4096 位。",
  "error.keys.kind": "请选择一种。",
  "error.keys.mode": "请选择一种方式。",
  "error.keys.rotateDays": "请选择一个周期。",
  "error.keys.selector": "只能使用字母、数字和连字符，例如 “s1”。",
  "error.keys.selectorTaken":
    "此域名现有或曾有使用该选择器的密钥，收件方可能仍记得它：请另选一个。",
  "error.keys.keyTaken": "此密钥已在这里，使用的是另一个选择器。",
  "error.keys.tooMany": "最多十二个密钥。请删除不需要的。",
  "error.keys.notAKey": "这不是 PEM 格式的私钥。",
  "error.keys.encrypted": "该密钥受口令保护，请先去除口令（openssl pkey）。",
  "error.keys.publicOnly": "这是公钥，此处需要私钥。",
  "error.keys.otherKind": "只有 RSA 和 Ed25519 密钥可用于邮件签名。",
  "error.keys.tooShort": "该密钥不足 2048 位，已不安全。请生成新的密钥。",
  "error.keys.tooLong": "超过 4096 位的密钥并非所有收件方都能验证。",
  "error.keys.confirmDomain": "没有其他密钥签名。请输入 {domain} 以确认。",
  "error.keys.confirmSelector": "用它签名的邮件可能仍在途中。请输入 {selector} 以确认。",
  "error.keys.already": "它已被吊销。",
  "error.keys.underWay": "已有更换正在进行。请先完成或撤回。",
  "error.keys.noPlace": "在旧密钥消失之前，两对密钥都在使用中。",
  "error.keys.cannotPublish": "服务器无法自行在那里发布。",
  "error.keys.tooLong.name": "名称对 DNS 来说过长。请使用 TXT 记录。",
  "error.keys.over": "它已结束。",
  "error.keys.oldKeysGone": "DNS 中已看不到旧密钥，无法再用它们签名。",
};
