/**
 * Messages that a client sends: the end of APPEND (RFC 9051 §6.3.12, MULTIAPPEND RFC 3502) and of
 * REPLACE (RFC 8508). Literals may be literal8 (RFC 3516) or UTF8 (RFC 6855 §4).
 *
 * Flags and size are looked at before a literal is accepted; its octets then go to a spool and from
 * there to the store, never held whole. They are kept as they came, bare line ends and NULs included:
 * a client that moves mail to us must get back what it sent.
 */
import { join } from "node:path";
import { Decoder } from "../../lib/codec/imap/decoder.ts";
import { dateTime } from "../../lib/codec/imap/date-syntax.ts";
import { ImapSyntaxError } from "../../lib/codec/imap/syntax-error.ts";
import type { LiteralSpec } from "../../lib/codec/imap/types.ts";
import { MailError } from "../../lib/mail/errors.ts";
import type { Folder, NewMessage } from "../../lib/mail/ports.ts";
import type { FlagScope } from "../../lib/mail/rights.ts";
import { Spool } from "../smtp/spool.ts";
import type { Call } from "./command.ts";
import { splitFlags } from "./flag-list.ts";
import { MAX_APPENDED } from "./limits.ts";

/** What stands before the octets of a message. */
export interface Announced {
  readonly bits: number;
  readonly keywords: readonly string[];
  readonly internalDate: Date | null;
  readonly utf8: boolean;
  readonly literal: LiteralSpec;
}

/** `append-message` up to its literal, without the space before it. */
export function announcedMessage(d: Decoder): Announced {
  const flags = d.seesList ? d.flagList() : null;
  if (flags !== null) d.sp();
  const internalDate = d.sees('"') ? dateTime(d) : null;
  if (internalDate !== null) d.sp();
  const utf8 = d.tryWord("UTF8");
  if (utf8) d.sp().special("(");
  const literal = d.messageLiteral();
  if (utf8 && !literal.binary) throw new ImapSyntaxError("UTF8 takes a literal8");
  return { ...splitFlags(flags ?? []), internalDate, utf8, literal };
}

export interface Reception {
  readonly call: Call;
  readonly first: Announced;
  /** Octets that may come, over all messages. */
  readonly room: number;
  /** MULTIAPPEND: others may follow. */
  readonly several: boolean;
  /** Flags that are stored; others are passed over (RFC 4314 §4). */
  readonly keeps: FlagScope;
}

/** Receives the messages and gives them to `use`; afterwards nothing of them is kept here. */
export async function withMessages<T>(
  reception: Reception,
  use: (messages: readonly NewMessage[]) => Promise<T>,
): Promise<T> {
  const spools: Spool[] = [];
  try {
    return await use(await receive(reception, spools));
  } finally {
    for (const spool of spools) await spool.dispose();
  }
}

async function receive(
  { call, first, room, several, keeps }: Reception,
  spools: Spool[],
): Promise<NewMessage[]> {
  const { settings, clock } = call.session.context;
  const { maxMessageBytes } = settings.limits;
  const messages: NewMessage[] = [];
  let left = room;
  for (let next: Announced | null = first; next !== null;) {
    checkSize(next, { maxMessageBytes, left });
    left -= next.literal.size;
    const spool = new Spool(join(settings.dataFolder, "spool", "tmp"), maxMessageBytes);
    spools.push(spool);
    await fill(spool, call, next.literal);
    const flags = next.bits & keeps.bits;
    const keywords = keeps.keywords ? next.keywords : [];
    const internalDate: Date = next.internalDate ?? clock.now();
    messages.push({ source: spool, flags, keywords, internalDate });
    next = following(call, { utf8: next.utf8, several });
    if (next !== null && messages.length >= MAX_APPENDED)
      throw new MailError("limit", "Too many messages in one command");
  }
  return messages;
}

function checkSize(
  { literal }: Announced,
  { maxMessageBytes, left }: { maxMessageBytes: number; left: number },
): void {
  if (literal.size > maxMessageBytes)
    throw new MailError("messageTooBig", "The message is too big");
  // RFC 3502: this is also how a client takes back what it was about to append.
  if (literal.size === 0) throw new MailError("badMessage", "An empty message is none");
  if (literal.size > left) throw new MailError("mailboxFull", "Mailbox full");
}

async function fill(spool: Spool, { session, text }: Call, literal: LiteralSpec): Promise<void> {
  for await (const chunk of await session.reader.acceptMessage(text, literal))
    await spool.write([chunk]);
  await session.reader.continueLine(text);
}

/** What follows a literal: the parenthesis of UTF8, then nothing, or another message. */
function following(
  { session, text }: Call,
  { utf8, several }: { utf8: boolean; several: boolean },
): Announced | null {
  const line = text.lines.at(-1) ?? Buffer.alloc(0);
  const d = new Decoder({ lines: [line], literals: [] }, { utf8: session.out.utf8 });
  if (utf8) d.special(")");
  if (several && d.trySp()) return announcedMessage(d);
  d.end();
  return null;
}

/** Octets that the owner's quota has left. The store looks again when it commits. */
export async function roomLeft({ session }: Call, { mailboxId }: Folder): Promise<number> {
  const { usedBytes, quotaBytes } = await session.context.store.quota(mailboxId);
  return quotaBytes - usedBytes;
}
