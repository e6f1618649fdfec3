/** ENVELOPE, BODY and BODYSTRUCTURE from a stored structure: RFC 9051 §7.5.2. */
import type { Encoder } from "../../../lib/codec/imap/encoder.ts";
import { shownType } from "../../../lib/codec/mime/structure.ts";
import type {
  Disposition,
  Envelope,
  EnvelopeAddress,
  Params,
  Part,
} from "../../../lib/codec/mime/structure.ts";

export function envelope(e: Encoder, value: Envelope): void {
  e.raw("(").nstring(value.date).sp().nstring(value.subject);
  const { from, sender, replyTo, to, cc, bcc } = value;
  for (const addresses of [from, sender, replyTo, to, cc, bcc]) {
    addressList(e.sp(), addresses);
  }
  e.sp().nstring(value.inReplyTo).sp().nstring(value.messageId).raw(")");
}

/** No space between addresses: §9 `"(" 1*address ")"`. */
function addressList(e: Encoder, addresses: readonly EnvelopeAddress[]): void {
  if (addresses.length === 0) return void e.nil();
  e.raw("(");
  for (const { name, route, mailbox, host } of addresses) {
    e.raw("(").nstring(name).sp().nstring(route).sp();
    e.nstring(mailbox).sp().nstring(host).raw(")");
  }
  e.raw(")");
}

/** `extended` is BODYSTRUCTURE, else BODY. */
export function bodyStructure(e: Encoder, part: Part, extended: boolean): void {
  e.raw("(");
  if (part.type === "multipart" && part.parts !== undefined && part.parts.length > 0)
    multipart(e, part, part.parts, extended);
  else singlePart(e, part, extended);
  e.raw(")");
}

function multipart(e: Encoder, part: Part, parts: readonly Part[], extended: boolean): void {
  for (const inner of parts) bodyStructure(e, inner, extended);
  e.sp().string(upper(part.subtype));
  if (!extended) return;
  params(e.sp(), part.params);
  extensions(e, part);
}

function singlePart(e: Encoder, part: Part, extended: boolean): void {
  const shown = shownType(part);
  const hollow = shown.type === "multipart"; // no parts inside: a multipart body needs one (§9)
  const { type, subtype } = hollow ? OCTETS : shown;
  e.string(upper(type)).sp().string(upper(subtype));
  params(e.sp(), hollow ? [] : shown.params);
  e.sp()
    .nstring(part.id ?? null)
    .sp()
    .nstring(part.description ?? null);
  e.sp().string(upper(part.encoding)).sp().number(part.body.length);
  if (part.message !== undefined && type === "message") {
    envelope(e.sp(), part.message.envelope);
    bodyStructure(e.sp(), part.message.part, extended);
    e.sp().number(part.lines);
  } else if (type === "text") e.sp().number(part.lines);
  if (!extended) return;
  e.sp().nstring(part.md5 ?? null);
  extensions(e, part);
}

const OCTETS = { type: "application", subtype: "octet-stream" };

/** Disposition, language, location. */
function extensions(e: Encoder, part: Part): void {
  disposition(e.sp(), part.disposition);
  const { language = [] } = part;
  e.sp();
  if (language.length === 0) e.nil();
  else if (language.length === 1) e.string(language[0] ?? "");
  else e.list(language, (list, tag) => list.string(tag));
  e.sp().nstring(part.location ?? null);
}

function disposition(e: Encoder, value: Disposition | undefined): void {
  if (value === undefined) return void e.nil();
  e.raw("(").string(upper(value.type)).sp();
  params(e, value.params);
  e.raw(")");
}

function params(e: Encoder, values: Params): void {
  if (values.length === 0) return void e.nil();
  e.list(values, (list, [name, value]) => list.string(upper(name)).sp().string(value));
}

/** Capitals are what every server sends, and what naive clients compare with. */
function upper(text: string): string {
  return text.toUpperCase();
}
