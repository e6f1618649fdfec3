/** The host's keys and their TLSA: both languages, same keys, same order. */
export const en = {
  "dane.title": "DANE",
  "dane.now": "What other servers find",
  "dane.lead":
    "Fingerprints of the server's key in a signed zone: other servers verify this server without a certificate authority (RFC 7672).",
  "dane.once": "Fingerprints belong to the server {host}, once for all domains.",
  "dane.state.unknown": "Not looked yet",
  "dane.state.nothing": "Nothing published",
  "dane.state.wrong": "Published for another key",
  "dane.state.partly": "Not everywhere yet",
  "dane.state.good": "Published and right",
  "dane.means.unknown":
    "Nobody has looked for fingerprints of {host} yet. The engine does it by itself.",
  "dane.means.nothing":
    "There are no fingerprints of {host}: mail arrives, and nobody verifies the server. Publish the records below to have it verified.",
  "dane.means.wrong":
    "The published fingerprints are not those of the key that {host} shows. Servers that verify do not deliver mail here. Publish the records below now.",
  "dane.means.partly":
    "Some name servers show the fingerprint of the key that {host} uses, others do not. Servers that verify may put mail off.",
  "dane.means.good":
    "All name servers show the fingerprint of the key that {host} uses: servers that verify can tell it from any other.",
  "dane.strange":
    "The certificate of {host} has a key that is not kept as the host's key, so no fingerprint can be suggested. Upload the certificate again.",
  "dane.zone.signed": "The zone {zone}, in which {host} lies, is signed (DNSSEC).",
  "dane.zone.unsigned":
    "The zone {zone}, in which {host} lies, is not signed (DNSSEC), so fingerprints would have no effect. Turn DNSSEC on where the zone is hosted; then this page says what to publish.",
  "dane.zone.bogus":
    "The signatures of the zone {zone} are wrong: servers that verify find nothing of {host} at all, and do not deliver. Mend DNSSEC where the zone is hosted first.",
  "dane.zone.unknown":
    "Whether the zone {zone}, in which {host} lies, is signed could not be found out: the resolver does not validate DNSSEC, or does not answer. Nothing is suggested until it is known.",
  "dane.zone.notLooked":
    "Nobody has looked yet whether the zone of {host} is signed (DNSSEC). The engine looks by itself; then this page says what to do.",
  "dane.domain.unsigned":
    "The zone {zone} of the domain itself is not signed: for mail to {domain} most servers do not look for fingerprints. Turn DNSSEC on for it as well.",
  "dane.domain.bogus":
    "The signatures of the zone {zone} of the domain itself are wrong: servers that verify cannot find where mail to {domain} goes. Mend DNSSEC there first.",
  "dane.domain.unknown":
    "Whether the zone {zone} of {domain} itself is signed could not be found out. Only if it is, servers look for fingerprints.",
  "dane.domain.notLooked": "Nobody has looked yet whether the zone of {domain} itself is signed.",
  "dane.records": "Records (TLSA)",
  "dane.recordsLead": "All of these values together at {name}.",
  "dane.key.current": "Current key",
  "dane.key.next": "Next key",
  "dane.key.retired": "Former key, to be kept",
  "dane.seenSince": "All name servers show it since {time}",
  "dane.seenPartly": "Not everywhere; last seen {time}",
  "dane.notSeen": "Not seen",
  "dane.lines": "All {n} names, for a zone file",
  "dane.linesLead":
    "Other servers deliver to port 25 alone. At the other ports mail programs may verify as well; these are optional.",
  "dane.linesLabel": "zone file lines",
  "dane.change": "Changing the key",
  "dane.rule":
    "Publish the next fingerprint, wait twice the TTL, then switch. Renewing a certificate keeps the key and changes nothing.",
  "dane.change.none":
    "No change is under way. There is no need for one, unless the key may have been seen by somebody else.",
  "dane.step.publish": "Publish",
  "dane.step.wait": "Wait",
  "dane.step.switch": "Switch",
  "dane.step.keep": "Keep the old",
  "dane.step.remove": "Remove the old",
  "dane.at.look":
    "The engine looks at what is published now. Then the next fingerprint is shown here.",
  "dane.at.publish":
    "Add the fingerprint of the next key beside that of the current one, at every name that has one. It is looked for every minute at first; you may close this page.",
  "dane.at.publishSelf":
    "The server adds the fingerprint of the next key to the zone by itself, and looks for it every minute.",
  "dane.at.wait":
    "All name servers show it. Others may remember the old set for {n|# second|# seconds}: the switch comes after twice that, not before {time}.",
  "dane.at.switching": "The next key may be used. The engine makes the certificate with it now.",
  "dane.at.authority":
    "The next key may be used. The authority is asked for a certificate; with it the key changes.",
  "dane.at.upload":
    "The next key may be used. The certificate was uploaded by a person: upload one that is made for the next key, and it changes.",
  "dane.at.free":
    "No fingerprint is published, so no server can hold the old one against the new key: there is nothing to wait for.",
  "dane.at.keep":
    "The new key is in use. Keep the fingerprint of the former one until {time}; by then nothing shows it any more.",
  "dane.at.remove": "Nothing needs the former fingerprint any more. Remove it:",
  "dane.at.removeSelf":
    "Nothing needs the former fingerprint any more. The server removes it by itself:",
  "dane.prepared": "Prepared {age}.",
  "dane.notPublished": "The server could not change the zone by itself.",
  "dane.onlyOperators": "The server's key is changed by operators alone.",
  "dane.algorithm": "Kind of key",
  "dane.algorithm.ecdsa-p256": "ECDSA P-256 (usual)",
  "dane.algorithm.rsa-2048": "RSA 2048 (for old peers)",
  "dane.prepare": "Prepare the next key",
  "dane.prepare.done": "Prepared. The engine looks at once; what to publish then stands above.",
  "dane.prepare.underWay": "A next key is prepared already.",
  "dane.cancel": "Give up the next key",
  "dane.cancel.lead":
    "It was never shown, so nothing happens to mail. Its fingerprint can then be removed.",
  "dane.cancel.done": "The next key is given up.",
  "dane.switch": "Switch now",
  "dane.switch.none": "There is no next key.",
  "dane.switch.person": "The certificate was uploaded: upload one that is made for the next key.",
  "dane.switch.notLooked": "Nobody has looked since it was prepared. Wait until the engine has.",
  "dane.switch.notVisible": "Not all name servers show the fingerprint of the next key.",
  "dane.switch.tooEarly": "Other servers may remember the old set until {time}. Not before then.",
  "dane.switch.done.visible": "The certificate is made with the next key now.",
  "dane.switch.done.unpublished":
    "The certificate is made with the next key now. No fingerprint was published, so nothing was waited for.",
  "error.hostKey.algorithm": "Choose ECDSA P-256 or RSA 2048.",
} as const;

export const zh: Record<keyof typeof en, string> = {
  "dane.title": "DANE",
  "dane.now": "其他服务器看到的情况",
  "dane.lead":
    "已签名区域中的服务器密钥指纹：其他服务器无需证书颁发机构即可验证本服务器（RFC 7672）。",
  "dane.once": "指纹属于服务器 {host}，所有域名只需一次。",
  "dane.state.unknown": "尚未查看",
  "dane.state.nothing": "未发布",
  "dane.state.wrong": "发布的是其他密钥",
  "dane.state.partly": "尚未处处可见",
  "dane.state.good": "发布正确",
  "dane.means.unknown": "还没有查看过 {host} 的指纹。引擎会自行查看。",
  "dane.means.nothing":
    "{host} 没有指纹：邮件可以送达，但没有人验证服务器。如要让对方验证，请发布下面的记录。",
  "dane.means.wrong":
    "已发布的指纹不属于 {host} 正在使用的密钥。会验证的服务器不会向这里投递邮件。请立即发布下面的记录。",
  "dane.means.partly":
    "部分名称服务器显示 {host} 所用密钥的指纹，另一些没有。会验证的服务器可能推迟投递。",
  "dane.means.good": "所有名称服务器都显示 {host} 所用密钥的指纹：会验证的服务器能够认出本服务器。",
  "dane.strange":
    "{host} 的证书使用的密钥没有作为主机密钥保存，因此无法建议指纹。请重新上传该证书。",
  "dane.zone.signed": "{host} 所在的区域 {zone} 已签名（DNSSEC）。",
  "dane.zone.unsigned":
    "{host} 所在的区域 {zone} 没有签名（DNSSEC），指纹不会起作用。请在托管该区域的地方启用 DNSSEC，之后本页会说明要发布什么。",
  "dane.zone.bogus":
    "区域 {zone} 的签名有误：会验证的服务器完全查不到 {host}，也不会投递。请先在托管该区域的地方修复 DNSSEC。",
  "dane.zone.unknown":
    "无法得知 {host} 所在的区域 {zone} 是否已签名：解析器不验证 DNSSEC，或者没有应答。在得知之前不作任何建议。",
  "dane.zone.notLooked":
    "还没有查看过 {host} 所在的区域是否已签名（DNSSEC）。引擎会自行查看，之后本页会说明该做什么。",
  "dane.domain.unsigned":
    "域名自身的区域 {zone} 没有签名：投递到 {domain} 的邮件，多数服务器不会查找指纹。请也为它启用 DNSSEC。",
  "dane.domain.bogus":
    "域名自身的区域 {zone} 签名有误：会验证的服务器查不到 {domain} 的邮件该送往哪里。请先修复那里的 DNSSEC。",
  "dane.domain.unknown":
    "无法得知 {domain} 自身的区域 {zone} 是否已签名。只有已签名时，其他服务器才会查找指纹。",
  "dane.domain.notLooked": "还没有查看过 {domain} 自身的区域是否已签名。",
  "dane.records": "记录（TLSA）",
  "dane.recordsLead": "在 {name} 处同时发布以下所有值。",
  "dane.key.current": "当前密钥",
  "dane.key.next": "下一个密钥",
  "dane.key.retired": "旧密钥，仍需保留",
  "dane.seenSince": "自 {time} 起所有名称服务器都显示",
  "dane.seenPartly": "并非处处可见；上次看到是 {time}",
  "dane.notSeen": "未看到",
  "dane.lines": "全部 {n} 个名称（区域文件格式）",
  "dane.linesLead":
    "其他服务器只向 25 端口投递。在其他端口，邮件程序也可以验证；这些记录是可选的。",
  "dane.linesLabel": "区域文件中的行",
  "dane.change": "更换密钥",
  "dane.rule": "先发布下一个指纹，等待两倍 TTL，再切换。续期证书不会更换密钥，什么都不会变。",
  "dane.change.none": "目前没有进行更换。除非密钥可能已被他人看到，否则不需要更换。",
  "dane.step.publish": "发布",
  "dane.step.wait": "等待",
  "dane.step.switch": "切换",
  "dane.step.keep": "保留旧的",
  "dane.step.remove": "删除旧的",
  "dane.at.look": "引擎正在查看目前发布的内容，之后这里会显示下一个指纹。",
  "dane.at.publish":
    "请在每个已有指纹的名称处，把下一个密钥的指纹加在当前指纹旁边。起初每分钟查看一次；您可以关闭本页。",
  "dane.at.publishSelf": "服务器会自行把下一个密钥的指纹加入区域，并每分钟查看一次。",
  "dane.at.wait":
    "所有名称服务器都已显示。其他服务器可能把旧的集合记住 {n} 秒：等待两倍的时间后再切换，不会早于 {time}。",
  "dane.at.switching": "可以使用下一个密钥了。引擎现在用它制作证书。",
  "dane.at.authority": "可以使用下一个密钥了。正在向颁发机构申请证书，证书到手时密钥随之更换。",
  "dane.at.upload":
    "可以使用下一个密钥了。证书是由人上传的：请上传为下一个密钥签发的证书，密钥随之更换。",
  "dane.at.free": "没有发布任何指纹，因此不会有服务器因旧指纹而拒绝新密钥：不需要等待。",
  "dane.at.keep": "新密钥已启用。请把旧密钥的指纹保留到 {time}，届时不再有任何进程使用它。",
  "dane.at.remove": "旧指纹已不再需要。请删除：",
  "dane.at.removeSelf": "旧指纹已不再需要。服务器会自行删除：",
  "dane.prepared": "{age}准备。",
  "dane.notPublished": "服务器无法自行更改该区域。",
  "dane.onlyOperators": "只有运维人员可以更换服务器的密钥。",
  "dane.algorithm": "密钥种类",
  "dane.algorithm.ecdsa-p256": "ECDSA P-256（常用）",
  "dane.algorithm.rsa-2048": "RSA 2048（兼容旧系统）",
  "dane.prepare": "准备下一个密钥",
  "dane.prepare.done": "已准备。引擎会立即查看，之后上方会显示要发布的内容。",
  "dane.prepare.underWay": "下一个密钥已经准备好了。",
  "dane.cancel": "放弃下一个密钥",
  "dane.cancel.lead": "它从未启用，因此不影响邮件。之后可以删除它的指纹。",
  "dane.cancel.done": "已放弃下一个密钥。",
  "dane.switch": "立即切换",
  "dane.switch.none": "没有下一个密钥。",
  "dane.switch.person": "证书是上传的：请上传为下一个密钥签发的证书。",
  "dane.switch.notLooked": "准备之后还没有查看过。请等待引擎查看。",
  "dane.switch.notVisible": "并非所有名称服务器都显示下一个密钥的指纹。",
  "dane.switch.tooEarly": "其他服务器可能把旧的集合记到 {time}。在此之前不能切换。",
  "dane.switch.done.visible": "现在用下一个密钥制作证书。",
  "dane.switch.done.unpublished": "现在用下一个密钥制作证书。没有发布过指纹，因此无需等待。",
  "error.hostKey.algorithm": "请选择 ECDSA P-256 或 RSA 2048。",
};
