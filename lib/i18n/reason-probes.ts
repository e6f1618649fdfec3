/** Why a probe came out as it did (lib/mail/dns/probe-reasons.ts): both languages, same keys, same order. */
import type { PROBE_REASONS } from "../mail/dns/probe-reasons.ts";

type Texts = Record<`reason.${keyof typeof PROBE_REASONS}`, string>;

export const en = {
  "reason.probe.private":
    "{host} leads to {address}, which is not a public address. What the world sees cannot be told from here.",
  "reason.probe.dnsSilent": "The addresses of {host} could not be looked up.",
  "reason.probe.noAddress": "{host} has no address.",
  "reason.probe.silent":
    "{host} ({address}) did not answer on port {port}. A firewall may be in the way, or this server cannot reach its own public address.",
  "reason.probe.refused":
    "{host} ({address}) refuses connections on port {port}. Nothing listens there.",
  "reason.probe.odd": "{host} answered unexpectedly on port {port}: {answer}",
  "reason.tls.noStartTls": "{host} does not offer encryption (STARTTLS) on port {port}.",
  "reason.tls.failed": "No encrypted connection to {host}, port {port}, came about: {problem}",
  "reason.tls.selfSigned":
    "{host} shows a certificate that it signed itself. Most servers deliver in spite of it; mail programs warn.",
  "reason.tls.wrongName": "The certificate of {host} is for other names: {names}.",
  "reason.tls.expired": "The certificate of {host} expired on {date}.",
  "reason.tls.untrusted": "The certificate of {host} is not trusted: {problem}",
  "reason.tls.expiresSoon": "The certificate of {host} expires on {date}.",
  "reason.tls.enforced":
    "The policy of this domain asks senders to refuse {host} with such a certificate: mail does not arrive.",
  "reason.sts.httpsFailed": "The policy could not be fetched from {url}: {problem}",
  "reason.sts.certificate": "The certificate of {host} does not hold: {problem}",
  "reason.sts.status": "{url} answered {status} instead of 200.",
  "reason.sts.redirect": "{url} leads on to {location}. Senders do not follow that.",
  "reason.sts.contentType": "The policy at {url} is sent as {type}; it has to be text/plain.",
  "reason.sts.tooLarge": "What {url} sends is too large for a policy.",
  "reason.sts.bad": "What {url} sends is not a valid policy: {problem}",
  "reason.sts.otherMode": "The policy that is served says {found}; {expected} is set here.",
  "reason.sts.otherAge":
    "The policy that is served holds for {found} seconds; {expected} is set here.",
  "reason.sts.otherMx": "The policy that is served names {found}; it should name {expected}.",
  "reason.sts.mxNotCovered":
    "MX names {host}, which the policy does not: senders that obey it do not deliver there.",
  "reason.sts.testing":
    "The policy is in testing: failures are reported, and mail is delivered all the same.",
  "reason.sts.none": "The policy says “none”: nothing is asked of senders.",
  "reason.sts.shortAge": "The policy holds for {seconds} seconds only. Weeks are usual.",
  "reason.port25.blocked":
    "None of {n} mail servers could be reached on port 25. The provider of this server probably blocks it: ask them to open it, or send through a relay.",
  "reason.port25.noDns": "No mail server could be looked up to try port 25 with.",
  "reason.list.listed": "{address} is on the blocklist {list}: {text}",
  "reason.list.refused": "{list} refuses to answer our resolver, so nothing can be said.",
  "reason.list.silent": "{list} did not answer.",
  "reason.list.private": "{address} is not a public address; no list can name it.",
} as const satisfies Texts;

export const zh: Record<keyof typeof en, string> = {
  "reason.probe.private": "{host} 指向 {address}，它不是公网地址，无法从这里判断外界看到的情况。",
  "reason.probe.dnsSilent": "无法查询 {host} 的地址。",
  "reason.probe.noAddress": "{host} 没有地址。",
  "reason.probe.silent":
    "{host}（{address}）的端口 {port} 没有应答。可能被防火墙阻挡，或本服务器无法访问自己的公网地址。",
  "reason.probe.refused": "{host}（{address}）的端口 {port} 拒绝连接，没有程序在监听。",
  "reason.probe.odd": "{host} 的端口 {port} 给出了意外的应答：{answer}",
  "reason.tls.noStartTls": "{host} 的端口 {port} 不提供加密（STARTTLS）。",
  "reason.tls.failed": "无法与 {host} 的端口 {port} 建立加密连接：{problem}",
  "reason.tls.selfSigned": "{host} 使用自签名证书。多数服务器仍会投递，但邮件程序会发出警告。",
  "reason.tls.wrongName": "{host} 的证书属于其他名称：{names}。",
  "reason.tls.expired": "{host} 的证书已于 {date} 过期。",
  "reason.tls.untrusted": "{host} 的证书不受信任：{problem}",
  "reason.tls.expiresSoon": "{host} 的证书将于 {date} 过期。",
  "reason.tls.enforced": "此域名的策略要求发送方拒绝使用此类证书的 {host}：邮件无法送达。",
  "reason.sts.httpsFailed": "无法从 {url} 获取策略：{problem}",
  "reason.sts.certificate": "{host} 的证书无效：{problem}",
  "reason.sts.status": "{url} 返回 {status}，而不是 200。",
  "reason.sts.redirect": "{url} 跳转到 {location}，而发送方不会跟随跳转。",
  "reason.sts.contentType": "{url} 的策略以 {type} 类型发送，必须是 text/plain。",
  "reason.sts.tooLarge": "{url} 返回的内容过大，不可能是策略。",
  "reason.sts.bad": "{url} 返回的不是有效的策略：{problem}",
  "reason.sts.otherMode": "实际提供的策略是 {found}，而这里设定的是 {expected}。",
  "reason.sts.otherAge": "实际提供的策略有效期为 {found} 秒，而这里设定的是 {expected} 秒。",
  "reason.sts.otherMx": "实际提供的策略列出 {found}，而应列出 {expected}。",
  "reason.sts.mxNotCovered": "MX 指向 {host}，而策略没有列出它：遵守策略的发送方不会投递到那里。",
  "reason.sts.testing": "策略处于测试模式：失败会被报告，邮件仍会送达。",
  "reason.sts.none": "策略为“none”：对发送方没有任何要求。",
  "reason.sts.shortAge": "策略的有效期只有 {seconds} 秒，通常为数周。",
  "reason.port25.blocked":
    "{n} 台邮件服务器的 25 端口都无法连接。很可能被本服务器的提供商封锁：请联系其开放，或通过中继发送。",
  "reason.port25.noDns": "查询不到可用于测试 25 端口的邮件服务器。",
  "reason.list.listed": "{address} 被列入黑名单 {list}：{text}",
  "reason.list.refused": "{list} 拒绝应答我们的解析器，因此无法判断。",
  "reason.list.silent": "{list} 没有应答。",
  "reason.list.private": "{address} 不是公网地址，不会被任何名单收录。",
};
