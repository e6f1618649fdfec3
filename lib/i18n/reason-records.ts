/**
 * Why a record was judged as it was (lib/mail/dns/record-reasons.ts): what is the matter, and what to do.
 * Both languages, same keys, same order; `until` is given as an ISO time.
 */
import type { RECORD_REASONS } from "../mail/dns/record-reasons.ts";

type Texts = Record<`reason.${keyof typeof RECORD_REASONS}`, string>;

export const en = {
  "reason.dns.missing": "There is no {type} record at {name}.",
  "reason.dns.domainGone":
    "The domain {domain} does not exist in DNS: it is not registered, or has no name servers.",
  "reason.dns.different": "What {name} says is not what is needed.",
  "reason.dns.partial": "{k} of {n} name servers already answer with the right value.",
  "reason.dns.someSilent": "{k} of {n} name servers did not answer.",
  "reason.dns.resolverOld":
    "Resolvers may go on answering the old value for up to {minutes|# minute|# minutes}.",
  "reason.dns.resolverStill":
    "It is gone at the name servers; resolvers remember it for up to {minutes|# minute|# minutes}.",
  "reason.dns.negativeCached":
    "The record is there, but resolvers that asked before remember until {until} that it was not.",
  "reason.dns.resolverOnly":
    "None of the {n} name servers of the zone answered us; this is what a resolver says.",
  "reason.dns.resolverAlone":
    "The name servers of the zone could not be asked from here; this is what a resolver says.",
  "reason.dns.resolverFails":
    "The name servers have it, but our resolver could not look it up ({rcode}).",
  "reason.dns.timeout":
    "None of the name servers answered (time-out ×{n}). This is a problem at the DNS host, not with your record.",
  "reason.dns.servfail":
    "The name servers answered with an error (SERVFAIL ×{n}), so nothing can be said about this record.",
  "reason.dns.refused":
    "The name servers refuse to answer for this name (REFUSED ×{n}): the zone is not set up there, or not any more.",
  "reason.dns.noAnswer": "None of {n} servers gave a usable answer.",
  "reason.dns.bogus":
    "The DNSSEC signatures of {name} are broken: resolvers that verify them get no answer at all. Mend the signatures, or take the DS record away at the registrar.",
  "reason.dns.serials":
    "The name servers have different versions of the zone (serials {serials}). Usually that passes within minutes.",
  "reason.zone.lame":
    "{servers} is named as a name server of the zone and does not serve it. Some questions get no answer.",
  "reason.zone.silent": "{servers} did not answer.",
  "reason.zone.delegation":
    "The registry names {delegated} as name servers, the zone itself {own}. They should be the same.",
  "reason.zone.unreached": "No name server of {domain} could be asked.",
  "reason.dns.doubled":
    "The record exists one level too deep, at {found}. Your DNS host adds {domain} itself: enter only {relative} as the name.",
  "reason.dns.underscore":
    "The record was created at {found}, without the underscore. The name has to be {relative}.",
  "reason.dns.atApex": "The record was created at {domain} itself. Enter {relative} as the name.",
  "reason.dns.wrongZone":
    "{name} belongs to the zone {zone}, which has name servers of its own; the record was created in {parent}, where nobody looks.",
  "reason.dns.quoted": "The value contains the quotation marks. Enter it without them.",
  "reason.dns.smartQuotes":
    "The value contains typographic quotation marks (“ ”), which a text program put there. Enter it without them.",
  "reason.dns.semicolons":
    "The value contains backslashes in front of the semicolons. Enter it without them.",
  "reason.dns.semicolonsLost":
    "The semicolons are missing from the value. Enter it with all of them; some DNS hosts need quotation marks around it.",
  "reason.dns.split":
    "The value was put together from parts with spaces between them. The parts have to follow each other without a gap.",
  "reason.dns.truncated":
    "The value stops after {n} characters; {m} are expected. Your DNS host may need it in two quoted parts.",
  "reason.dns.proxied":
    "{name} is answered by a web proxy ({provider}). Switch the proxy off for this record; mail cannot pass through it.",
  "reason.dns.wildcard":
    "This answer comes from {wildcard}, which answers for every name. The record itself does not exist.",
  "reason.dns.staleServers":
    "The registry sends everybody to {delegated}, but the zone names {own}. Changes count only at the first.",
  "reason.dns.cnameApex":
    "{name} is an alias (CNAME) of {target}. A domain with mail cannot be one: nothing else can stand beside an alias. Your DNS host may offer ALIAS or flattening instead.",
  "reason.dns.cnameBeside":
    "There is an alias (CNAME) to {target} beside other records at {name}. An alias must stand alone; remove it, or the others.",
  "reason.dns.cname":
    "{name} is an alias (CNAME) of {target}, and what stands there is not what is needed.",
  "reason.mx.provider":
    "Mail still goes to {provider} ({host}). Nothing changes until you replace the MX record.",
  "reason.mx.elsewhere":
    "Mail still goes to {host}. Nothing changes until you replace the MX record.",
  "reason.mx.extra": "Mail also goes to {hosts}. Remove it, unless that is what you want.",
  "reason.mx.first":
    "{host} is preferred to this server: mail comes here only when that one is out of reach.",
  "reason.mx.null":
    "There is a null MX (“.”), which says that the domain takes no mail at all. Replace it.",
  "reason.mx.literal": "MX names {value}, which is an address. MX has to name a host.",
  "reason.mx.cname":
    "MX names {host}, which is an alias of {target}. Some senders refuse that: name the host itself.",
  "reason.mx.noAddress": "MX names {host}, which has no address.",
  "reason.mx.otherName":
    "MX names {host}, which has the addresses of this server. Certificates and policies are for {expected}: better name that.",
  "reason.host.private":
    "{address} is not a public address, so what the world sees of it cannot be told from here.",
  "reason.host.other": "{name} leads to {found} instead.",
  "reason.host.extra":
    "{name} leads also to {extra}, which is not known as an address of this server.",
  "reason.host.cname":
    "{name} is an alias of {target}. The name of a mail server must have addresses itself.",
  "reason.ptr.other":
    "The address has the name {found} instead of {expected}. Whoever provides the address changes that.",
  "reason.ptr.also": "The address has further names: {others}. That does no harm.",
  "reason.ptr.noForward":
    "The address has the right name, but {name} does not lead back to {address}. Receivers check both directions.",
  "reason.spf.two":
    "There are {n} SPF records. Receivers treat that as an error. Keep one: {merged}",
  "reason.spf.notListed":
    "Mail from {addresses} does not pass (result: {result}). Add this server to the record that is there.",
  "reason.spf.unsure":
    "The addresses of this server are not known, so the record could not be tried out.",
  "reason.spf.syntax": "“{term}” is not valid in an SPF record. Receivers ignore the whole record.",
  "reason.spf.broken":
    "The record refers to {name}, which does not work ({problem}). Receivers treat that as an error.",
  "reason.spf.temporary": "{name}, which the record refers to, could not be looked up just now.",
  "reason.spf.lookups": "Uses {n} of 10 permitted look-ups.",
  "reason.spf.tooManyLookups":
    "Needs {n} look-ups, and 10 are permitted: receivers may treat the record as an error. Remove what you do not use.",
  "reason.spf.voids":
    "{n} look-ups of this record find nothing, and 2 are permitted. Remove the names that do not exist any more.",
  "reason.spf.ptr": "“ptr” is slow, unreliable and should not be used (RFC 7208). Remove it.",
  "reason.spf.allowsAll":
    "“+all” permits the whole world to send in this domain's name. End the record with “-all”.",
  "reason.spf.neutral":
    "“?all” says nothing about everybody else. End the record with “~all” or “-all”.",
  "reason.spf.soft":
    "“~all” asks to be suspicious of others, not to refuse them. That is fine together with DMARC.",
  "reason.spf.open": "The record does not say what holds for everybody else. End it with “-all”.",
  "reason.dkim.two": "There are {n} keys under this name. Receivers may take either: keep one.",
  "reason.dkim.otherKey":
    "A different key is published. Signatures of this server do not verify with it.",
  "reason.dkim.truncated":
    "The key stops after {n} characters; {m} are expected. Your DNS host may need it in two quoted parts.",
  "reason.dkim.encoding": "The key is damaged: it contains characters that are not base64.",
  "reason.dkim.revoked":
    "The key is empty (“p=”), which revokes it: every signature made with it fails.",
  "reason.dkim.notRevoked":
    "This key was revoked, and its record still holds it: whoever has the key can sign. Replace the record.",
  "reason.dkim.testing":
    "“t=y” says that this domain is only testing: receivers may ignore failing signatures. Remove it.",
  "reason.dkim.type": "The record is for keys of the kind “{found}”; this one is “{expected}”.",
  "reason.dkim.short": "The key has {bits} bits. Receivers ignore keys of less than 1024.",
  "reason.dkim.weak": "The key has {bits} bits. 2048 are recommended.",
  "reason.dkim.restricted": "“{tag}” keeps receivers from using this key for our mail. Remove it.",
  "reason.dkim.syntax": "The record cannot be read: {problem}.",
  "reason.dkim.target":
    "The name leads to {target}, as it should, but the key there is missing or not ours.",
  "reason.dkim.direct":
    "The key is published here directly, which works. With an alias to {target}, keys can be changed without you.",
  "reason.dmarc.two": "There are {n} DMARC records. Receivers ignore them all. Keep one.",
  "reason.dmarc.inherited": "There is none here; the one of {name} applies (p={policy}).",
  "reason.dmarc.syntax": "The record cannot be read: {problem}. Receivers ignore it.",
  "reason.dmarc.weaker": "The published policy is {found}; {expected} is set here.",
  "reason.dmarc.stricter":
    "The published policy, {found}, is stricter than the one set here, {expected}.",
  "reason.dmarc.testing": "“t=y”: receivers report, but apply the policy one step more mildly.",
  "reason.dmarc.obsolete": "{tags} no longer has any effect (RFC 9989). It can be removed.",
  "reason.dmarc.noReports": "No reports are asked for. Add rua=mailto:{expected}.",
  "reason.dmarc.reportsElsewhere":
    "Reports go to {found}, and not to {expected}: nothing of them is seen here.",
  "reason.dmarc.badUri": "“{uri}” is not a valid report address.",
  "reason.dmarc.alignment": "Alignment is {found} in the record; {expected} is set here.",
  "reason.dmarc.consentNotNeeded":
    "Both domains belong together ({domain}), so no consent is needed.",
  "reason.dmarc.consentMissing":
    "{host} has not agreed to get reports about {domain}; receivers do not send them.",
  "reason.sts.two": "There are {n} MTA-STS records. Senders ignore them all. Keep one.",
  "reason.sts.otherId":
    "The published id is {found}; that of the policy in force is {expected}. Senders do not notice the change.",
  "reason.sts.syntax": "The record cannot be read: {problem}. Senders ignore it.",
  "reason.tlsrpt.two": "There are {n} TLS-RPT records. Senders ignore them all. Keep one.",
  "reason.tlsrpt.syntax": "The record cannot be read: {problem}. Senders ignore it.",
  "reason.tlsrpt.elsewhere":
    "Reports go to {found}, and not to {expected}: nothing of them is seen here.",
  "reason.tlsa.unsigned":
    "The zone {zone} is not signed (DNSSEC), so this record has no effect and was not evaluated.",
  "reason.tlsa.cannotTell":
    "No resolver of ours verifies DNSSEC, so whether {zone} is signed cannot be told.",
  "reason.tlsa.otherKey":
    "{n|The fingerprint|None of the # fingerprints} published here is of a key of this server. Senders that verify it refuse to deliver. Replace it.",
  "reason.tlsa.unusable":
    "“{value}” cannot be used for mail: only 3 1 1 and 2 x x are (RFC 7672). Senders ignore it.",
  "reason.tlsa.extra":
    "{n|One more fingerprint is|# more fingerprints are} published, of keys that are not used here.",
  "reason.tlsa.stillToCome":
    "This is the fingerprint of the next key. It has to be visible before that key is used.",
  "reason.caa.forbids":
    "{name} lets only {allowed} issue certificates, not {issuer}. Add the record, or certificates cannot be renewed.",
  "reason.caa.account":
    "The record at {name} names another account ({found}). This server's cannot get certificates.",
  "reason.caa.methods":
    "The record at {name} permits only {found} to prove ownership, which this server does not use.",
  "reason.caa.open": "No CAA record: every certificate authority may issue for this name.",
  "reason.caa.elsewhere": "The records of {name} apply.",
  "reason.srv.port": "The record names port {found}; this server has the service on {expected}.",
  "reason.srv.target": "The record names {found}; it should name {expected}.",
  "reason.srv.sameHost": "The record names {found}, which is this server under another name.",
  "reason.srv.off": "The record says that the service is not offered, but it is.",
  "reason.srv.offered":
    "The record names {found}, but this service is not announced here. Mail programs may choose it.",
  "reason.srv.extra": "Further servers are named: {found}.",
  "reason.alias.addresses":
    "{name} has the addresses of this server, which is as good as an alias.",
  "reason.alias.sameHost": "The name leads to {target}, which is this server under another name.",
  "reason.alias.elsewhere": "The name leads to {found}, not to {expected}.",
  "reason.alias.partly": "Some addresses of the name are not known as this server's: {others}.",
  "reason.bimi.syntax": "The record cannot be read: {problem}.",
  "reason.bimi.other": "The record names another logo: {found}.",
  "reason.bimi.needsPolicy":
    "Logos are shown only for domains whose DMARC policy is quarantine or reject; it is {policy}.",
} as const satisfies Texts;

export const zh: Record<keyof typeof en, string> = {
  "reason.dns.missing": "{name} 处没有 {type} 记录。",
  "reason.dns.domainGone": "域名 {domain} 在 DNS 中不存在：尚未注册，或没有域名服务器。",
  "reason.dns.different": "{name} 处的内容与所需不符。",
  "reason.dns.partial": "{n} 台域名服务器中已有 {k} 台返回正确的值。",
  "reason.dns.someSilent": "{n} 台域名服务器中有 {k} 台没有应答。",
  "reason.dns.resolverOld": "解析器最多还会在 {minutes} 分钟内返回旧值。",
  "reason.dns.resolverStill": "域名服务器上已经没有该记录；解析器最多还会记住它 {minutes} 分钟。",
  "reason.dns.negativeCached":
    "记录已经存在，但此前查询过的解析器在 {until} 之前仍会认为它不存在。",
  "reason.dns.resolverOnly": "该区域的 {n} 台域名服务器均未应答；以下结果来自解析器。",
  "reason.dns.resolverAlone": "无法从这里询问该区域的域名服务器；以下结果来自解析器。",
  "reason.dns.resolverFails": "域名服务器上有该记录，但我们的解析器查询失败（{rcode}）。",
  "reason.dns.timeout":
    "所有域名服务器都没有应答（超时 ×{n}）。问题出在 DNS 服务商，而不是您的记录。",
  "reason.dns.servfail": "域名服务器返回错误（SERVFAIL ×{n}），暂时无法判断该记录。",
  "reason.dns.refused":
    "域名服务器拒绝应答此名称（REFUSED ×{n}）：该区域尚未在那里设置，或已被移除。",
  "reason.dns.noAnswer": "{n} 台服务器都没有给出可用的应答。",
  "reason.dns.bogus":
    "{name} 的 DNSSEC 签名已损坏：验证签名的解析器得不到任何应答。请修复签名，或在注册商处删除 DS 记录。",
  "reason.dns.serials":
    "各域名服务器上的区域版本不一致（序列号 {serials}）。通常几分钟内会自行恢复。",
  "reason.zone.lame": "{servers} 被列为该区域的域名服务器，但并未提供该区域。部分查询得不到应答。",
  "reason.zone.silent": "{servers} 没有应答。",
  "reason.zone.delegation":
    "注册局登记的域名服务器是 {delegated}，而区域内写的是 {own}。两者应当一致。",
  "reason.zone.unreached": "无法询问 {domain} 的任何域名服务器。",
  "reason.dns.doubled":
    "记录多嵌套了一层，位于 {found}。您的 DNS 服务商会自动补全 {domain}，主机记录只需填写 {relative}。",
  "reason.dns.underscore": "记录建在了 {found}，缺少下划线。主机记录应为 {relative}。",
  "reason.dns.atApex": "记录建在了 {domain} 本身。主机记录请填写 {relative}。",
  "reason.dns.wrongZone":
    "{name} 属于区域 {zone}，它有自己的域名服务器；而记录建在了 {parent}，没有人会去那里查询。",
  "reason.dns.quoted": "记录值中包含了引号，请去掉引号后重新填写。",
  "reason.dns.smartQuotes": "记录值中包含文字处理软件加入的弯引号（“ ”），请去掉后重新填写。",
  "reason.dns.semicolons": "记录值的分号前带有反斜杠，请去掉反斜杠后重新填写。",
  "reason.dns.semicolonsLost":
    "记录值中的分号丢失了。请完整填写；有些 DNS 服务商要求在记录值两端加引号。",
  "reason.dns.split": "记录值由几段拼成，段与段之间多了空格。各段必须首尾相接，不留空隙。",
  "reason.dns.truncated":
    "记录值在第 {n} 个字符处中断，应为 {m} 个字符。您的 DNS 服务商可能要求分成两段填写。",
  "reason.dns.proxied":
    "{name} 当前经由网页代理（{provider}）解析。请对该记录关闭代理，邮件无法通过代理传输。",
  "reason.dns.wildcard": "该应答来自泛解析 {wildcard}，它会应答任何名称。记录本身并不存在。",
  "reason.dns.staleServers":
    "注册局将所有人引向 {delegated}，而区域内写的是 {own}。只有在前者处的修改才会生效。",
  "reason.dns.cnameApex":
    "{name} 是 {target} 的别名（CNAME）。收发邮件的域名不能是别名，因为别名旁不能有其他记录。您的 DNS 服务商可能提供 ALIAS 或 CNAME 拉平功能。",
  "reason.dns.cnameBeside":
    "{name} 处除其他记录外还有指向 {target} 的别名（CNAME）。别名必须单独存在；请删除别名，或删除其他记录。",
  "reason.dns.cname": "{name} 是 {target} 的别名（CNAME），而那里的内容与所需不符。",
  "reason.mx.provider":
    "邮件目前仍由 {provider}（{host}）接收。在您更换 MX 记录之前不会有任何变化。",
  "reason.mx.elsewhere": "邮件目前仍由 {host} 接收。在您更换 MX 记录之前不会有任何变化。",
  "reason.mx.extra": "邮件还会送往 {hosts}。如非有意，请将其删除。",
  "reason.mx.first": "{host} 的优先级高于本服务器：只有在它无法连接时，邮件才会送到这里。",
  "reason.mx.null": "存在空 MX（“.”），表示该域名完全不接收邮件。请将其替换。",
  "reason.mx.literal": "MX 填写的 {value} 是一个地址。MX 必须填写主机名。",
  "reason.mx.cname":
    "MX 指向 {host}，而它是 {target} 的别名。有些发送方会拒绝，请直接填写主机本身的名称。",
  "reason.mx.noAddress": "MX 指向 {host}，而它没有地址。",
  "reason.mx.otherName":
    "MX 指向 {host}，它的地址就是本服务器。证书和策略是为 {expected} 准备的，最好改用该名称。",
  "reason.host.private": "{address} 不是公网地址，因此无法从这里判断外界看到的情况。",
  "reason.host.other": "{name} 指向的是 {found}。",
  "reason.host.extra": "{name} 还指向 {extra}，它不是已知的本服务器地址。",
  "reason.host.cname": "{name} 是 {target} 的别名。邮件服务器的名称必须自己拥有地址。",
  "reason.ptr.other": "该地址的名称是 {found}，而不是 {expected}。请联系提供该地址的服务商修改。",
  "reason.ptr.also": "该地址还有其他名称：{others}。这没有害处。",
  "reason.ptr.noForward":
    "该地址的名称正确，但 {name} 没有指回 {address}。收件方会同时检查两个方向。",
  "reason.spf.two": "存在 {n} 条 SPF 记录，收件方会判为错误。请合并为一条：{merged}",
  "reason.spf.notListed":
    "来自 {addresses} 的邮件无法通过（结果：{result}）。请把本服务器加入现有的记录。",
  "reason.spf.unsure": "尚不知道本服务器的地址，因此无法试算该记录。",
  "reason.spf.syntax": "“{term}” 在 SPF 记录中无效，收件方会忽略整条记录。",
  "reason.spf.broken": "记录引用了 {name}，而它无法使用（{problem}）。收件方会判为错误。",
  "reason.spf.temporary": "记录引用的 {name} 暂时无法查询。",
  "reason.spf.lookups": "已使用 {n} 次查询，上限为 10 次。",
  "reason.spf.tooManyLookups":
    "需要 {n} 次查询，而上限为 10 次：收件方可能判为错误。请删除不再使用的内容。",
  "reason.spf.voids": "该记录有 {n} 次查询没有结果，而上限为 2 次。请删除已不存在的名称。",
  "reason.spf.ptr": "“ptr” 缓慢且不可靠，不应使用（RFC 7208）。请将其删除。",
  "reason.spf.allowsAll": "“+all” 允许任何人以此域名发信。请以 “-all” 结尾。",
  "reason.spf.neutral": "“?all” 对其他服务器没有任何表态。请以 “~all” 或 “-all” 结尾。",
  "reason.spf.soft": "“~all” 只要求对其他服务器存疑，而非拒收。与 DMARC 配合使用没有问题。",
  "reason.spf.open": "记录没有说明如何对待其他服务器。请以 “-all” 结尾。",
  "reason.dkim.two": "此名称下有 {n} 个密钥，收件方可能取用任意一个：请只保留一个。",
  "reason.dkim.otherKey": "发布的是另一个密钥，无法验证本服务器的签名。",
  "reason.dkim.truncated":
    "公钥在第 {n} 个字符处中断，应为 {m} 个字符。您的 DNS 服务商可能要求分成两段填写。",
  "reason.dkim.encoding": "公钥已损坏：含有不属于 base64 的字符。",
  "reason.dkim.revoked": "公钥为空（“p=”），表示已吊销：用它所做的签名都会失败。",
  "reason.dkim.notRevoked": "此密钥已吊销，但记录中仍有它：持有该密钥的人仍可签名。请替换该记录。",
  "reason.dkim.testing": "“t=y” 表示此域名仅在测试：收件方可能忽略失败的签名。请将其删除。",
  "reason.dkim.type": "记录适用于 “{found}” 类型的密钥，而此密钥是 “{expected}”。",
  "reason.dkim.short": "密钥只有 {bits} 位。收件方会忽略不足 1024 位的密钥。",
  "reason.dkim.weak": "密钥只有 {bits} 位，建议使用 2048 位。",
  "reason.dkim.restricted": "“{tag}” 使收件方不能用此密钥验证我们的邮件。请将其删除。",
  "reason.dkim.syntax": "无法读取该记录：{problem}。",
  "reason.dkim.target": "名称已正确指向 {target}，但那里没有密钥，或不是我们的密钥。",
  "reason.dkim.direct":
    "密钥直接发布在这里，可以使用。若改为指向 {target} 的别名，更换密钥时就无需您操作。",
  "reason.dmarc.two": "存在 {n} 条 DMARC 记录，收件方会全部忽略。请只保留一条。",
  "reason.dmarc.inherited": "此处没有记录；适用的是 {name} 的记录（p={policy}）。",
  "reason.dmarc.syntax": "无法读取该记录：{problem}。收件方会忽略它。",
  "reason.dmarc.weaker": "发布的策略是 {found}，而这里设定的是 {expected}。",
  "reason.dmarc.stricter": "发布的策略 {found} 比这里设定的 {expected} 更严格。",
  "reason.dmarc.testing": "“t=y”：收件方会报告，但执行时降低一级。",
  "reason.dmarc.obsolete": "{tags} 已不再生效（RFC 9989），可以删除。",
  "reason.dmarc.noReports": "没有请求报告。请加上 rua=mailto:{expected}。",
  "reason.dmarc.reportsElsewhere": "报告送往 {found}，而不是 {expected}：这里看不到任何报告。",
  "reason.dmarc.badUri": "“{uri}” 不是有效的报告地址。",
  "reason.dmarc.alignment": "记录中的对齐方式是 {found}，而这里设定的是 {expected}。",
  "reason.dmarc.consentNotNeeded": "两个域名同属 {domain}，因此无需同意。",
  "reason.dmarc.consentMissing": "{host} 尚未同意接收关于 {domain} 的报告，收件方不会发送。",
  "reason.sts.two": "存在 {n} 条 MTA-STS 记录，发送方会全部忽略。请只保留一条。",
  "reason.sts.otherId":
    "发布的 id 是 {found}，而现行策略的 id 是 {expected}。发送方不会察觉策略已变更。",
  "reason.sts.syntax": "无法读取该记录：{problem}。发送方会忽略它。",
  "reason.tlsrpt.two": "存在 {n} 条 TLS-RPT 记录，发送方会全部忽略。请只保留一条。",
  "reason.tlsrpt.syntax": "无法读取该记录：{problem}。发送方会忽略它。",
  "reason.tlsrpt.elsewhere": "报告送往 {found}，而不是 {expected}：这里看不到任何报告。",
  "reason.tlsa.unsigned": "区域 {zone} 没有签名（DNSSEC），因此该记录不起作用，也未作判断。",
  "reason.tlsa.cannotTell": "我们没有可验证 DNSSEC 的解析器，因此无法判断 {zone} 是否已签名。",
  "reason.tlsa.otherKey":
    "此处发布的 {n} 个指纹都不属于本服务器的密钥。会验证指纹的发送方将拒绝投递。请将其替换。",
  "reason.tlsa.unusable":
    "“{value}” 不能用于邮件：只有 3 1 1 和 2 x x 可以（RFC 7672）。发送方会忽略它。",
  "reason.tlsa.extra": "另外还发布了 {n} 个指纹，其密钥并未在这里使用。",
  "reason.tlsa.stillToCome": "这是下一个密钥的指纹。启用该密钥之前，必须先能看到此记录。",
  "reason.caa.forbids":
    "{name} 只允许 {allowed} 签发证书，不包括 {issuer}。请添加该记录，否则证书无法续期。",
  "reason.caa.account": "{name} 的记录指定了另一个账户（{found}），本服务器的账户无法获得证书。",
  "reason.caa.methods": "{name} 的记录只允许用 {found} 证明所有权，而本服务器不使用这种方式。",
  "reason.caa.open": "没有 CAA 记录：任何证书颁发机构都可以为此名称签发证书。",
  "reason.caa.elsewhere": "适用的是 {name} 的记录。",
  "reason.srv.port": "记录填写的端口是 {found}，而本服务器的该服务在 {expected} 端口。",
  "reason.srv.target": "记录指向 {found}，而应指向 {expected}。",
  "reason.srv.sameHost": "记录指向 {found}，它是本服务器的另一个名称。",
  "reason.srv.off": "记录表示不提供该服务，但实际上提供。",
  "reason.srv.offered": "记录指向 {found}，但这里并不公布该服务。邮件程序可能会选用它。",
  "reason.srv.extra": "还列出了其他服务器：{found}。",
  "reason.alias.addresses": "{name} 的地址就是本服务器，与别名效果相同。",
  "reason.alias.sameHost": "名称指向 {target}，它是本服务器的另一个名称。",
  "reason.alias.elsewhere": "名称指向 {found}，而不是 {expected}。",
  "reason.alias.partly": "该名称的部分地址不是已知的本服务器地址：{others}。",
  "reason.bimi.syntax": "无法读取该记录：{problem}。",
  "reason.bimi.other": "记录指定了另一个标志：{found}。",
  "reason.bimi.needsPolicy":
    "只有 DMARC 策略为 quarantine 或 reject 的域名才会显示标志；目前是 {policy}。",
};
