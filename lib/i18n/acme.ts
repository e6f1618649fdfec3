/**
 * Certificates from an authority (ACME): why one is not there (lib/mail/acme/reasons.ts: `reason.acme.<code>`),
 * refused fields, names of work: both languages, same keys, same order.
 */
import type { AcmeCode } from "../mail/acme/reasons.ts";

type Keys = Record<`reason.acme.${AcmeCode}`, string>;

export const en = {
  "reason.acme.noAddress":
    "{name} has no address in DNS yet. The certificate is asked for as soon as it leads to this server.",
  "reason.acme.elsewhere":
    "{name} leads to {addresses}, not to this server. The certificate is asked for as soon as it leads here.",
  "reason.acme.dnsSilent": "The name servers of {name} do not answer. It is looked at again.",
  "reason.acme.noMethod":
    "None of the ways to prove {name} can be used. For DNS, add a credential for its zone; else permit proof over HTTP or TLS.",
  "reason.acme.caaForbids":
    "A CAA record at {at} does not let {issuer} issue for {name}. Add one that does, or choose another authority.",
  "reason.acme.caaAccount":
    "The CAA record at {at} lets {issuer} issue, but to another account. Publish the one that this server shows.",
  "reason.acme.caaMethods":
    "The CAA record at {at} permits only “{found}” as proof, which is not among the ways chosen here.",
  "reason.acme.rateLimited": "{server} asks to wait until {until}: {text}",
  "reason.acme.caa": "{server} says that CAA does not let it issue for {name}: {text}",
  "reason.acme.dns":
    "{server} could not look up {name}: {text} Its name servers have to answer everybody.",
  "reason.acme.connection":
    "{server} could not reach {name}: {text} Ports 80 and 443 have to be open from the Internet.",
  "reason.acme.unauthorized":
    "{server} did not find this server’s answer at {name}: {text} Perhaps the name leads elsewhere for others.",
  "reason.acme.tls":
    "{server} could not speak TLS with {name}: {text} Perhaps something stands in front of this server.",
  "reason.acme.rejectedIdentifier": "{server} does not issue certificates for {name}: {text}",
  "reason.acme.noAccount": "The account at {server} is not registered yet.",
  "reason.acme.account":
    "{server} does not accept this server’s account: {text} Set the authority up again.",
  "reason.acme.eab":
    "{server} wants an account that was made there before: {text} Enter the key id and the key that it gave you.",
  "reason.acme.contact": "{server} does not accept the contact address: {text}",
  "reason.acme.terms": "{server} asks for agreement to its terms: {url}",
  "reason.acme.unreachable": "{server} cannot be reached: {text}",
  "reason.acme.badAnswer":
    "The answer of {server} cannot be read. Is the address that of a directory?",
  "reason.acme.serverFailed": "{server} has a problem of its own: {text} It is tried again.",
  "reason.acme.refused": "{server} refuses ({type}): {text}",
  "reason.acme.slow": "{server} did not come to an end in time. It is tried again.",
  "reason.acme.badCertificate":
    "The certificate of {server} did not fit its key or name, and is not used. It is asked for anew.",
  "reason.acme.publish": "The proof could not be published in DNS: {text}",
  "reason.acme.internal": "An internal error. The server’s log has more.",
  "error.acme.authority": "Choose an authority from the list, or “other”.",
  "error.acme.directory": "Enter the address of an ACME directory; it begins with https://.",
  "error.acme.methods": "Choose at least one way of proof: http-01, tls-alpn-01, dns-01.",
  "error.acme.eabKid": "Enter the key id as the authority shows it.",
  "error.acme.eabKey": "Enter the key as the authority shows it: letters, digits, “-” and “_”.",
  "error.acme.roots": "Enter certificates as PEM, at most 50,000 characters.",
  "error.acme.terms": "Read the terms and agree to them first.",
  "dns.certificate.title": "Renewal of the certificate",
  "work.kind.acme.register.v1": "Register at the certificate authority",
} as const satisfies Keys & Record<string, string>;

export const zh: Record<keyof typeof en, string> = {
  "reason.acme.noAddress": "{name} 在 DNS 中还没有地址。一旦它指向本服务器，就会申请证书。",
  "reason.acme.elsewhere":
    "{name} 指向 {addresses}，而不是本服务器。一旦它指向这里，就会申请证书。",
  "reason.acme.dnsSilent": "{name} 的域名服务器没有应答。稍后会再次查看。",
  "reason.acme.noMethod":
    "没有可用的方式来证明 {name}。要用 DNS，请为它的区域添加凭据；否则请允许通过 HTTP 或 TLS 证明。",
  "reason.acme.caaForbids":
    "{at} 的 CAA 记录不允许 {issuer} 为 {name} 签发证书。请添加一条允许的记录，或选择别的证书颁发机构。",
  "reason.acme.caaAccount":
    "{at} 的 CAA 记录允许 {issuer} 签发，但只给另一个账户。请发布本服务器给出的那一条。",
  "reason.acme.caaMethods": "{at} 的 CAA 记录只允许“{found}”作为证明方式，而这里没有选用它。",
  "reason.acme.rateLimited": "{server} 要求等到 {until}：{text}",
  "reason.acme.caa": "{server} 表示 CAA 不允许它为 {name} 签发：{text}",
  "reason.acme.dns": "{server} 查询不到 {name}：{text} 它的域名服务器必须对所有人应答。",
  "reason.acme.connection": "{server} 无法连接到 {name}：{text} 80 和 443 端口必须能从互联网访问。",
  "reason.acme.unauthorized":
    "{server} 在 {name} 没有找到本服务器的应答：{text} 也许对别人来说这个名称指向别处。",
  "reason.acme.tls": "{server} 无法与 {name} 建立 TLS：{text} 也许有别的设备挡在本服务器前面。",
  "reason.acme.rejectedIdentifier": "{server} 不为 {name} 签发证书：{text}",
  "reason.acme.noAccount": "在 {server} 的账户还没有注册。",
  "reason.acme.account": "{server} 不接受本服务器的账户：{text} 请重新设置证书颁发机构。",
  "reason.acme.eab": "{server} 要求先在那里开设账户：{text} 请输入它提供的密钥标识和密钥。",
  "reason.acme.contact": "{server} 不接受联系地址：{text}",
  "reason.acme.terms": "{server} 要求同意其条款：{url}",
  "reason.acme.unreachable": "无法连接 {server}：{text}",
  "reason.acme.badAnswer": "{server} 的应答无法读取。这个地址是 ACME 目录吗？",
  "reason.acme.serverFailed": "{server} 自身出了问题：{text} 稍后会重试。",
  "reason.acme.refused": "{server} 拒绝了请求（{type}）：{text}",
  "reason.acme.slow": "{server} 没有及时完成。稍后会重试。",
  "reason.acme.badCertificate": "{server} 的证书与密钥或名称不符，因此不会使用。会重新申请。",
  "reason.acme.publish": "无法在 DNS 中发布证明：{text}",
  "reason.acme.internal": "内部错误。服务器日志中有更多信息。",
  "error.acme.authority": "请从列表中选择证书颁发机构，或选择“其他”。",
  "error.acme.directory": "请输入 ACME 目录的地址，以 https:// 开头。",
  "error.acme.methods": "请至少选择一种证明方式：http-01、tls-alpn-01、dns-01。",
  "error.acme.eabKid": "请按证书颁发机构显示的样子输入密钥标识。",
  "error.acme.eabKey": "请按证书颁发机构显示的样子输入密钥：字母、数字、“-”和“_”。",
  "error.acme.roots": "请以 PEM 格式输入证书，最多 50,000 个字符。",
  "error.acme.terms": "请先阅读并同意条款。",
  "dns.certificate.title": "证书续期",
  "work.kind.acme.register.v1": "在证书颁发机构注册",
};
