/**
 * URLFETCH: RFC 4467 §7, §8, with what RFC 5524 asks for beside the octets. It needs no mailbox and changes
 * nothing in one. A URL that is not valid, for whatever reason, is answered NIL.
 */
import type { Encoder, OctetStream } from "../../../lib/codec/imap/encoder.ts";
import { urlFetchArguments } from "../../../lib/codec/imap/urlauth-syntax.ts";
import type { UrlItem, UrlWithItems } from "../../../lib/codec/imap/urlauth-syntax.ts";
import { ImapSyntaxError } from "../../../lib/codec/imap/syntax-error.ts";
import { MailError } from "../../../lib/mail/errors.ts";
import { isDenied } from "../../../lib/mail/imap-capabilities.ts";
import type { MailStore } from "../../../lib/mail/ports.ts";
import { command } from "../command.ts";
import { binaryPart, decodedStream } from "../fetch/binary.ts";
import { bodyStructure } from "../fetch/body-structure.ts";
import { readerOf } from "../fetch/reader.ts";
import { partAt } from "../fetch/section.ts";
import type { ImapSession } from "../state.ts";
import { findAuthorised } from "../urls/authorised.ts";
import type { Authorised } from "../urls/authorised.ts";
import { sectionOctets, sliceOf } from "../urls/referenced.ts";

export const urlFetch = command({
  states: ["authenticated", "selected"],
  parse: urlFetchArguments,
  async run(asked, { session }) {
    if (asked.some(({ extended }) => extended) && isDenied("URLAUTH=BINARY", session.denied))
      throw new ImapSyntaxError("Expected a URL");
    for (const one of asked) await answer(session, one);
  },
});

/** One response for each URL: a mailbox full of octets need not be held for the next one. */
async function answer(session: ImapSession, { url, items }: UrlWithItems): Promise<void> {
  const { out, context, denied } = session;
  const found = await findAuthorised(session, url);
  const partial = found?.url.partial ?? null;
  const usable = found !== null && !(partial !== null && isDenied("URL-PARTIAL", denied));
  const octets = usable ? await sectionOctets(context.store, found.blob, found.url) : null;
  const e = out.encoder().untagged("URLFETCH ").string(url);
  if (found === null || octets === null) e.sp().nil();
  else if (items.length === 0) e.sp().literalStream(octets);
  else
    for (const item of items) await say(e.raw(" ("), { item, found, octets, store: context.store });
  await out.send(e.crlf());
}

interface Saying {
  readonly item: UrlItem;
  readonly found: Authorised;
  readonly octets: OctetStream;
  readonly store: MailStore;
}

async function say(e: Encoder, { item, found, octets, store }: Saying): Promise<void> {
  const { structure } = found.blob;
  e.raw(item).sp();
  if (item === "BODY") e.literalStream(octets);
  else if (item === "BINARY") await sayBinary(e, { item, found, octets, store });
  else bodyStructure(e, partAt(structure.root, found.url.section.part) ?? structure.root, true);
  e.raw(")");
}

/** RFC 5524 §3.2: NIL when it cannot be decoded; a literal8 where a NUL is. */
async function sayBinary(e: Encoder, saying: Saying): Promise<void> {
  const decoded = await decodedOctets(saying);
  if (decoded === null) e.nil();
  else e.literalStream(decoded, await hasNul(decoded));
}

/** Only bodies of parts are encoded: headers and the message as a whole are what they are. */
async function decodedOctets({ found, octets, store }: Saying): Promise<OctetStream | null> {
  const { url, blob } = found;
  const part = url.section.text === null ? binaryPart(blob.structure, url.section.part) : null;
  if (part === null) return octets;
  try {
    return await decodedStream(readerOf(store, blob), part, sliceOf(url));
  } catch (error) {
    if (error instanceof MailError && error.kind === "unknownTransferEncoding") return null;
    throw error;
  }
}

async function hasNul(octets: OctetStream): Promise<boolean> {
  for await (const chunk of octets.open()) if (chunk.includes(0)) return true;
  return false;
}
