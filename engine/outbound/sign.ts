/**
 * DKIM signatures for a message of ours: RFC 6376, RFC 8301 (RSA-SHA256), RFC 8463 (Ed25519).
 *
 * One signature per signing key of the domain, relaxed/relaxed, all from one pass over the message: the
 * body is hashed as it streams by and never held. mailauth verifies what we write but cannot seal header
 * fields against additions (§8.15), so the signature is made here.
 *
 * A message without From, or with a header section past the limit, is not signed: the answer is empty.
 */
import { createHash, createPrivateKey, sign, type KeyObject } from "node:crypto";
import { promisify } from "node:util";
import {
  namesToSign,
  pickFields,
  relaxField,
  splitHeaderFields,
  type HeaderField,
} from "../../lib/codec/dkim/header-fields.ts";
import { RelaxedBodyHash } from "../../lib/codec/dkim/relaxed-body.ts";
import type { ByteSource, Directory, DkimSigner } from "../../lib/mail/ports.ts";

/** Header sections larger than any sane message has; ours are bounded lower at acceptance. */
const MAX_HEADER_BYTES = 1024 * 1024;

/** Fields signed when present: RFC 6376 §5.4.1. What relays add (Received, …) is left out. */
const SIGNED = [
  ...["from", "sender", "reply-to", "subject", "date", "message-id", "to", "cc", "mime-version"],
  ...["content-type", "content-transfer-encoding", "content-id", "content-description"],
  ...["resent-from", "resent-sender", "resent-to", "resent-cc", "resent-date", "resent-message-id"],
  ...["in-reply-to", "references", "list-id", "list-help", "list-unsubscribe"],
  ...["list-unsubscribe-post", "list-subscribe", "list-post", "list-owner", "list-archive"],
];

/**
 * Fields that nobody may add: there, once more in `h=`, or not there. Not Sender, Resent-* and List-*:
 * resenders and lists add these rightly, without harm to what the author wrote.
 */
const SEALED = new Set(["from", "reply-to", "subject", "to", "cc"]);
/** Fields that nobody may add a second of. When missing, the next server may have to add one. */
const SEALED_IF_PRESENT = new Set([
  ...["date", "message-id", "mime-version", "content-type", "content-transfer-encoding"],
]);

const signAsync = promisify(sign);
const keys = new WeakMap<DkimSigner, KeyObject>();

/** DKIM-Signature fields to put in front of the message, each with its CRLF; empty when no key signs. */
export async function signMessage(
  source: ByteSource,
  domain: string,
  directory: Directory,
  now: Date = new Date(),
): Promise<Buffer> {
  const signers = await directory.dkimSigners(domain);
  if (signers.length === 0) return Buffer.alloc(0);
  const digest = await digestMessage(source);
  if (!digest?.fields.some((field) => field.name === "from")) return Buffer.alloc(0);

  const lines = await Promise.all(
    signers.map((signer) => signatureField(signer, { ...digest, domain, now })),
  );
  return Buffer.from(lines.map((line) => `${line}\r\n`).join(""), "latin1");
}

interface Digest {
  readonly fields: HeaderField[];
  readonly bodyHash: string;
}

/** Header fields and body hash; null when the header section does not end in time. */
async function digestMessage(source: ByteSource): Promise<Digest | null> {
  const body = new RelaxedBodyHash();
  let head: Buffer = Buffer.alloc(0);
  let headerEnd = -1;
  for await (const chunk of source.open()) {
    if (headerEnd >= 0) {
      body.update(chunk);
      continue;
    }
    const from = Math.max(0, head.length - 3);
    head = Buffer.concat([head, chunk]);
    headerEnd = endOfHeader(head, from);
    if (headerEnd >= 0) body.update(head.subarray(headerEnd));
    else if (head.length > MAX_HEADER_BYTES) return null;
  }
  const section = headerEnd < 0 ? head : head.subarray(0, headerEnd);
  return { fields: splitHeaderFields(section), bodyHash: body.digest() };
}

/** Where the body starts, or -1. A message that starts with an empty line has no header. */
function endOfHeader(head: Buffer, from: number): number {
  if (head.subarray(0, 2).toString("latin1") === "\r\n") return 2;
  const at = head.indexOf("\r\n\r\n", from, "latin1");
  return at < 0 ? -1 : at + 4;
}

async function signatureField(
  signer: DkimSigner,
  message: Digest & { domain: string; now: Date },
): Promise<string> {
  const names = namesToSign(message.fields, SIGNED, sealedAmong(message.fields));
  const unsigned = [
    `DKIM-Signature: v=1; a=${signer.algorithm}; c=relaxed/relaxed;`,
    ` d=${message.domain}; s=${signer.selector};`,
    ` t=${Math.floor(message.now.getTime() / 1000)};`,
    ` h=${fold(names, ":")};`,
    ` bh=${message.bodyHash};`,
    ` b=`,
  ].join("\r\n");
  const self = { name: "dkim-signature", value: unsigned.slice("DKIM-Signature:".length) };
  const signed = pickFields(message.fields, names).map((field) => `${relaxField(field)}\r\n`);
  const input = Buffer.from(signed.join("") + relaxField(self), "latin1");
  const signature = (await signBytes(signer, input)).toString("base64");
  return unsigned + (signature.match(/.{1,72}/g) ?? []).join("\r\n ");
}

function sealedAmong(fields: readonly HeaderField[]): Set<string> {
  const present = fields.map(({ name }) => name).filter((name) => SEALED_IF_PRESENT.has(name));
  return new Set([...SEALED, ...present]);
}

/** RFC 8463 §3: Ed25519 signs the SHA-256 of what RSA would have hashed itself. */
async function signBytes(signer: DkimSigner, input: Buffer): Promise<Buffer> {
  let key = keys.get(signer);
  if (!key) keys.set(signer, (key = createPrivateKey(signer.privateKey)));
  if (signer.algorithm === "rsa-sha256") return signAsync("sha256", input, key);
  return signAsync(null, createHash("sha256").update(input).digest(), key);
}

/** Joins words, breaking lines after `glue` before they pass 72 characters. */
function fold(words: readonly string[], glue: string): string {
  let text = "";
  let column = 3;
  for (const [index, word] of words.entries()) {
    const piece = index < words.length - 1 ? word + glue : word;
    if (column + piece.length > 72) {
      text += "\r\n ";
      column = 1;
    }
    text += piece;
    column += piece.length;
  }
  return text;
}
