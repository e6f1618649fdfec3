/**
 * Why a domain needs each of its records: what happens without it. For who asks "why is this needed?" while he
 * enters it; both languages have all kinds that a domain's owner enters, or this file does not compile.
 */
import type { RecordKind } from "../mail/dns/record.ts";

type Kind = Exclude<RecordKind, `host${string}`>;
type Texts = Readonly<Record<`dns.${Kind}.why`, string>>;

export const en: Texts = {
  "dns.mx.why":
    "Whoever sends mail to the domain asks DNS for its MX record and goes where that says (RFC 5321 §5.1). Without it mail does not come here; while it names another server, mail goes there.",
  "dns.spf.why":
    "Receivers ask whether the server that brings a message may send for its domain (RFC 7208). Without an answer many take the message for junk or refuse it, and anybody may pretend to be you.",
  "dns.dkim.why":
    "This server signs each message it sends. Receivers fetch the public key from this record to verify the signature (RFC 6376). Without it the signature proves nothing, so this server does not sign until the record is seen.",
  "dns.dkimTarget.why":
    "The domain only points here, so that keys can be renewed without anybody touching the domain. Without the key at this name the pointer leads to nothing, and signatures cannot be verified (RFC 6376).",
  "dns.dmarc.why":
    "SPF and DKIM prove who sent a message, not that it was you who is named in it. DMARC joins the two and says what to do with mail that fails (RFC 9989). Large receivers expect the record, and its reports show who sends in your name.",
  "dns.dmarcReports.why":
    "Reports that go to another domain are sent only when that domain agrees; otherwise anybody could flood it with them (RFC 9990 §4). Without this record there are no reports.",
  "dns.mtaStsHost.why":
    "Other servers fetch your encryption policy from this name over HTTPS (RFC 8461 §3.3). Without it there is no policy, whatever the other record says.",
  "dns.mtaStsPolicy.why":
    "Encryption between mail servers can be switched off by whoever sits in between. The policy forbids that, and this record tells that there is one and when it changed (RFC 8461 §3.1).",
  "dns.tlsReports.why":
    "When other servers cannot reach you with encryption they say so nowhere, unless you ask for reports (RFC 8460). They come once a day and only tell what failed and how often.",
  "dns.service.why":
    "Mail programs look here for the server and the port of an account (RFC 6186, RFC 8314). Without it people have to type them in, and some choose the wrong ones.",
  "dns.serviceOff.why":
    "The record says that the service is not there, so that programs do not try it in vain (RFC 2782). Without any record it works as well, only with more guessing.",
  "dns.autoconfig.why":
    "Thunderbird and others ask this name for the settings of an account. Without it they guess, which takes longer and may end at the wrong server.",
  "dns.autodiscover.why":
    "Outlook asks this name for the settings of an account. Without it people set up Outlook by hand.",
  "dns.autodiscoverService.why":
    "Outlook asks for this record when no other way gave it settings. It needs no certificate in the name of your domain.",
  "dns.bimi.why":
    "Some mail programs show a logo beside mail that is proven to be yours. Nothing else depends on it.",
};

export const zh: Texts = {
  "dns.mx.why":
    "向此域名发信的服务器会先查询 MX 记录，再按其指示投递（RFC 5321 §5.1）。没有它，邮件不会送到这里；如果它指向别的服务器，邮件就会送到那里。",
  "dns.spf.why":
    "收件方会查询：送来邮件的服务器是否有权代表该域名发信（RFC 7208）。查不到答案时，许多收件方会把邮件当作垃圾邮件或直接拒收，任何人也都可以冒充您。",
  "dns.dkim.why":
    "本服务器会为发出的每封邮件签名，收件方从这条记录取得公钥来验证签名（RFC 6376）。没有它，签名证明不了任何事，因此在检测到记录之前本服务器不会签名。",
  "dns.dkimTarget.why":
    "域名只指向这里，这样更换密钥时无需改动域名。如果此名称下没有密钥，指向就落空，签名无法验证（RFC 6376）。",
  "dns.dmarc.why":
    "SPF 和 DKIM 证明邮件由谁发出，却不能证明信中署名的就是您。DMARC 将两者结合，并说明如何处理未通过的邮件（RFC 9989）。大型收件方都要求有这条记录，其报告还会显示谁在以您的名义发信。",
  "dns.dmarcReports.why":
    "只有对方域名同意，报告才会发往该域名，否则任何人都可以用报告淹没它（RFC 9990 §4）。没有这条记录就收不到报告。",
  "dns.mtaStsHost.why":
    "其他服务器通过 HTTPS 从这个名称获取您的加密策略（RFC 8461 §3.3）。没有它就没有策略，无论另一条记录怎么写。",
  "dns.mtaStsPolicy.why":
    "邮件服务器之间的加密可能被中间人关闭。加密策略禁止这样做，而这条记录说明策略存在，以及何时变更（RFC 8461 §3.1）。",
  "dns.tlsReports.why":
    "其他服务器无法以加密方式送达时不会主动告知，除非您要求报告（RFC 8460）。报告每天一次，只说明哪些失败以及失败次数。",
  "dns.service.why":
    "邮件程序在这里查找账户的服务器和端口（RFC 6186、RFC 8314）。没有它，用户只能手动填写，有时会填错。",
  "dns.serviceOff.why":
    "这条记录说明不提供此服务，邮件程序就不会白白尝试（RFC 2782）。没有任何记录也可以，只是邮件程序要多猜几次。",
  "dns.autoconfig.why":
    "Thunderbird 等程序向这个名称查询账户设置。没有它，程序只能猜测，耗时更长，还可能找错服务器。",
  "dns.autodiscover.why": "Outlook 向这个名称查询账户设置。没有它，用户需要手动设置 Outlook。",
  "dns.autodiscoverService.why":
    "当其他途径都得不到设置时，Outlook 会查询这条记录。它不需要以您的域名签发的证书。",
  "dns.bimi.why": "部分邮件程序会在确认属于您的邮件旁显示标志。除此之外没有其他作用。",
};
