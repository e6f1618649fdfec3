/** Certificates that people bring: both languages, same keys, same order. */
export const en = {
  "upload.problem.noCertificate":
    "There is no certificate in it. Paste the text from “-----BEGIN CERTIFICATE-----” to the end, with the intermediates.",
  "upload.problem.tooMany":
    "These are more than {n} certificates. Paste the one for this server and its intermediates.",
  "upload.problem.unreadable":
    "Certificate number {n} cannot be read. Was part of it lost while copying?",
  "upload.problem.keyMissing":
    "There is no private key in it, and none that is kept here fits this certificate.",
  "upload.problem.keyUnreadable":
    "The private key cannot be read. It has to be PEM, from “-----BEGIN” to “-----END”.",
  "upload.problem.keyEncrypted":
    "The private key is protected by a passphrase. Take it off first: openssl pkey -in key.pem -out plain.pem",
  "upload.problem.keyMismatch": "The private key belongs to none of these certificates.",
  "upload.problem.keyKind":
    "Keys of this kind are understood by few programs. Use ECDSA P-256 or RSA with 2048 bits.",
  "upload.problem.weakKey":
    "The key of {name} is RSA with {bits} bits. Programs refuse less than 2048 bits.",
  "upload.problem.weakSignature":
    "The certificate of {name} is signed with SHA-1 or older, which programs refuse. Ask for a new one.",
  "upload.problem.authority":
    "The private key belongs to the certificate of an authority. Paste that of the server.",
  "upload.problem.notForServers": "This certificate is not meant for servers.",
  "upload.problem.expired": "This certificate expired on {date}.",
  "upload.problem.notYet": "This certificate is valid from {date} on, not yet.",
  "upload.problem.chainExpired": "The intermediate certificate {name} expired on {date}.",
  "upload.problem.noNames":
    "This certificate names no host. Programs read names from “subject alternative name” alone.",
  "upload.problem.notOurs":
    "This server is asked for none of these names: {names}. It is {host}, and has the names below its domains.",
  "upload.problem.tlsa":
    "Its key is not the one that the published TLSA records name. Servers that verify them will not deliver mail here until the new TLSA is published and seen. Tick the box to do it all the same, or prepare the key as the next one first.",
  "upload.problem.nextTooEarly":
    "It is made with the next key, which servers may not know of until {time}. Until then they would not deliver mail here. Tick the box to do it all the same.",
  "upload.problem.nextNotSeen":
    "It is made with the next key, whose TLSA record has not been seen at every name server. Servers that verify it would not deliver mail here. Tick the box to do it all the same.",
  "upload.warning.incomplete":
    "The certificate of {name}, which signed this one, is missing. Many programs will not trust it: add the intermediates.",
  "upload.warning.notPublic":
    "{name} is no public authority: programs warn of this certificate unless they were told to trust it.",
  "upload.warning.unrelated":
    "{n|# certificate has|# certificates have} nothing to do with this one and {n|was|were} left out.",
  "upload.warning.soon": "It expires on {date}. Nobody renews it by itself.",
  "error.upload.tooLong": "This is too long for a certificate or a key.",
} as const;

export const zh: Record<keyof typeof en, string> = {
  "upload.problem.noCertificate":
    "其中没有证书。请粘贴从“-----BEGIN CERTIFICATE-----”到结尾的全部文本，包括中间证书。",
  "upload.problem.tooMany": "证书超过 {n} 个。请只粘贴本服务器的证书及其中间证书。",
  "upload.problem.unreadable": "第 {n} 个证书无法读取。复制时是否丢失了一部分？",
  "upload.problem.keyMissing": "其中没有私钥，这里保存的私钥也都与该证书不符。",
  "upload.problem.keyUnreadable": "私钥无法读取。它必须是 PEM 格式，从“-----BEGIN”到“-----END”。",
  "upload.problem.keyEncrypted":
    "私钥受口令保护。请先去掉口令：openssl pkey -in key.pem -out plain.pem",
  "upload.problem.keyMismatch": "私钥与这些证书都不匹配。",
  "upload.problem.keyKind": "很少有程序支持这种密钥。请使用 ECDSA P-256 或 2048 位的 RSA。",
  "upload.problem.weakKey": "{name} 的密钥是 {bits} 位的 RSA。少于 2048 位的密钥会被程序拒绝。",
  "upload.problem.weakSignature":
    "{name} 的证书使用 SHA-1 或更旧的签名，会被程序拒绝。请申请新证书。",
  "upload.problem.authority": "该私钥属于证书颁发机构的证书。请粘贴服务器的证书。",
  "upload.problem.notForServers": "该证书不能用于服务器。",
  "upload.problem.expired": "该证书已于 {date} 过期。",
  "upload.problem.notYet": "该证书从 {date} 起才有效。",
  "upload.problem.chainExpired": "中间证书 {name} 已于 {date} 过期。",
  "upload.problem.noNames": "该证书没有写明主机名。程序只读取“使用者可选名称”中的名称。",
  "upload.problem.notOurs":
    "本服务器不会以这些名称被访问：{names}。它的名称是 {host}，以及其各域名之下的名称。",
  "upload.problem.tlsa":
    "它的密钥不是已发布的 TLSA 记录所指的密钥。在新的 TLSA 发布并可见之前，会验证该记录的服务器不会向这里投递邮件。如仍要继续，请勾选；或者先把该密钥准备为下一个密钥。",
  "upload.problem.nextTooEarly":
    "它使用下一个密钥，而其他服务器可能要到 {time} 才知道该密钥。在此之前它们不会向这里投递邮件。如仍要继续，请勾选。",
  "upload.problem.nextNotSeen":
    "它使用下一个密钥，但并非所有名称服务器都已显示其 TLSA 记录。会验证该记录的服务器不会向这里投递邮件。如仍要继续，请勾选。",
  "upload.warning.incomplete":
    "缺少签发该证书的 {name} 的证书。许多程序不会信任它：请补上中间证书。",
  "upload.warning.notPublic":
    "{name} 不是公共证书颁发机构：除非事先设为信任，否则程序会对该证书发出警告。",
  "upload.warning.unrelated": "有 {n} 个证书与它无关，已略去。",
  "upload.warning.soon": "它将于 {date} 过期，不会自动续期。",
  "error.upload.tooLong": "作为证书或私钥，这段文本太长了。",
};
