/** What was seen beyond records (lib/mail/dns/probe-reasons.ts), as sentences in both languages. */
import type { PROBE_REASONS } from "../mail/dns/probe-reasons.ts";

type Key = `reason.${keyof typeof PROBE_REASONS}`;

export const en = {
  "reason.probe.private":
    "{host} has the address {address}, which is not public. What the world sees there cannot be told from inside.",
  "reason.probe.dnsSilent": "DNS did not say where {host} is, so it could not be looked at.",
  "reason.probe.noAddress": "{host} leads nowhere: it has no address in DNS.",
  "reason.probe.silent":
    "{host} ({address}) did not answer on port {port}. A firewall on either side may be the cause, so nothing can be said.",
  "reason.probe.refused": "Nothing listens on port {port} of {host} ({address}).",
  "reason.probe.odd": "{host} answered on port {port} with “{answer}”.",
  "reason.tls.noStartTls":
    "{host} does not offer STARTTLS on port {port}: mail would travel unencrypted.",
  "reason.tls.failed": "The TLS handshake with {host} on port {port} failed: {problem}.",
  "reason.tls.selfSigned": "{host} shows a certificate that it signed itself.",
  "reason.tls.wrongName": "The certificate of {host} is for other names: {names}.",
  "reason.tls.expired": "The certificate of {host} ended on {date}.",
  "reason.tls.untrusted": "The certificate of {host} is not trusted ({problem}).",
  "reason.tls.expiresSoon": "The certificate of {host} ends on {date}, and it was not renewed yet.",
  "reason.tls.enforced":
    "The MTA-STS policy is enforced: servers that follow it do not deliver to {host} like this.",
  "reason.sts.httpsFailed": "{url} could not be fetched: {problem}.",
  "reason.sts.certificate":
    "The certificate shown for {host} would not be accepted ({problem}). The policy counts only with a good one.",
  "reason.sts.status": "{url} answers with status {status} instead of 200.",
  "reason.sts.redirect":
    "{url} leads on to {location}. Redirects are not followed for this policy (RFC 8461).",
  "reason.sts.contentType": "{url} is served as “{type}”; it has to be text/plain.",
  "reason.sts.tooLarge": "What {url} serves is too large for a policy.",
  "reason.sts.bad": "What {url} serves is no policy: the problem is “{problem}”.",
  "reason.sts.otherMode": "The policy served says “{found}”; here it is set to “{expected}”.",
  "reason.sts.otherAge": "The policy served is valid for {found} seconds; here {expected} are set.",
  "reason.sts.otherMx": "The policy served names {found}; here it is {expected}.",
  "reason.sts.mxNotCovered":
    "MX names {host}, but the policy does not. Servers that follow the policy do not deliver there.",
  "reason.sts.testing":
    "The policy is in testing: failures are reported, and nothing is protected yet.",
  "reason.sts.none": "The policy says “none”: encryption is not asked for.",
  "reason.sts.shortAge": "The policy is valid for {seconds} seconds only; a week or more protects.",
  "reason.port25.blocked":
    "None of {n} large mail hosts could be reached on port 25. Many providers close this port until asked to open it; mail to others cannot leave.",
  "reason.port25.noDns": "Too few mail hosts could be looked up to tell whether port 25 is open.",
  "reason.list.listed": "{address} is on the list {list}: {text}",
  "reason.list.refused": "{list} does not answer public resolvers, so it could not be asked.",
  "reason.list.silent": "{list} did not answer, so it could not be asked.",
  "reason.list.private": "{address} is not a public address; no list can name it.",
} as const satisfies Record<Key, string>;

export const zh: Record<keyof typeof en, string> = {
  "reason.probe.private": "{host} 的地址 {address} 不是公网地址，无法从内部判断外界看到的情况。",
  "reason.probe.dnsSilent": "DNS 没有给出 {host} 的位置，因此无法检查。",
  "reason.probe.noAddress": "{host} 没有指向任何地址：DNS 中没有它的地址。",
  "reason.probe.silent":
    "{host}（{address}）在端口 {port} 上没有应答。原因可能是任意一侧的防火墙，因此无法判断。",
  "reason.probe.refused": "{host}（{address}）的端口 {port} 上没有服务在监听。",
  "reason.probe.odd": "{host} 在端口 {port} 上应答“{answer}”。",
  "reason.tls.noStartTls": "{host} 在端口 {port} 上不提供 STARTTLS：邮件将以明文传输。",
  "reason.tls.failed": "与 {host} 端口 {port} 的 TLS 握手失败：{problem}。",
  "reason.tls.selfSigned": "{host} 出示的是自签名证书。",
  "reason.tls.wrongName": "{host} 的证书属于其他名称：{names}。",
  "reason.tls.expired": "{host} 的证书已于 {date} 到期。",
  "reason.tls.untrusted": "{host} 的证书不受信任（{problem}）。",
  "reason.tls.expiresSoon": "{host} 的证书将于 {date} 到期，尚未续期。",
  "reason.tls.enforced": "MTA-STS 策略已强制执行：遵循它的服务器不会在这种情况下投递到 {host}。",
  "reason.sts.httpsFailed": "无法获取 {url}：{problem}。",
  "reason.sts.certificate":
    "为 {host} 出示的证书不会被接受（{problem}）。只有证书有效，策略才算数。",
  "reason.sts.status": "{url} 返回状态 {status}，而不是 200。",
  "reason.sts.redirect": "{url} 跳转到 {location}。获取此策略时不会跟随跳转（RFC 8461）。",
  "reason.sts.contentType": "{url} 的类型是“{type}”，必须是 text/plain。",
  "reason.sts.tooLarge": "{url} 提供的内容过大，不可能是策略。",
  "reason.sts.bad": "{url} 提供的内容不是有效策略：问题是“{problem}”。",
  "reason.sts.otherMode": "对外提供的策略为“{found}”，这里设置的是“{expected}”。",
  "reason.sts.otherAge": "对外提供的策略有效期为 {found} 秒，这里设置的是 {expected} 秒。",
  "reason.sts.otherMx": "对外提供的策略列出 {found}，这里是 {expected}。",
  "reason.sts.mxNotCovered": "MX 指向 {host}，但策略中没有它。遵循策略的服务器不会向那里投递。",
  "reason.sts.testing": "策略处于测试模式：只报告失败，尚未起到保护作用。",
  "reason.sts.none": "策略为“none”：不要求加密。",
  "reason.sts.shortAge": "策略只在 {seconds} 秒内有效；一周或更长才有保护作用。",
  "reason.port25.blocked":
    "{n} 个大型邮件主机的端口 25 都无法连接。许多服务商默认封闭此端口，需申请开通；否则邮件无法外发。",
  "reason.port25.noDns": "能查到的邮件主机太少，无法判断端口 25 是否开放。",
  "reason.list.listed": "{address} 已被 {list} 列入名单：{text}",
  "reason.list.refused": "{list} 不回答公共解析器，因此无法查询。",
  "reason.list.silent": "{list} 没有应答，因此无法查询。",
  "reason.list.private": "{address} 不是公网地址，任何名单都不会收录。",
};
