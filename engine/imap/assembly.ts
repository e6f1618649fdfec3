/**
 * Messages of one command while they come: each in a spool, never held whole. They, their size and the room
 * in the mailbox are counted before a part is taken, so that nobody sends in vain.
 */
import { join } from "node:path";
import type { AppendedMessage } from "../../lib/codec/imap/append-syntax.ts";
import type { OctetStream } from "../../lib/codec/imap/encoder.ts";
import { MailError } from "../../lib/mail/errors.ts";
import type { Clock, NewMessage } from "../../lib/mail/ports.ts";
import { minus, oneMessage, requireRoom, type Amount } from "../../lib/mail/quota.ts";
import type { FlagScope } from "../../lib/mail/rights.ts";
import type { Settings } from "../../lib/settings/settings.ts";
import { Spool } from "../smtp/spool.ts";
import { splitFlags } from "./flag-list.ts";
import { MAX_APPENDED, MAX_PARTS } from "./limits.ts";

interface Bounds {
  readonly settings: Settings;
  readonly clock: Clock;
  /** What the mailbox has room for. */
  readonly room: Amount;
  readonly keeps: FlagScope;
}

export class Assembly {
  readonly messages: NewMessage[] = [];
  readonly #bounds: Bounds;
  readonly #spools: Spool[] = [];
  #begun: AppendedMessage | null = null;
  #left: Amount;
  #parts = 0;

  constructor(bounds: Bounds) {
    this.#bounds = bounds;
    this.#left = bounds.room;
  }

  begin(message: AppendedMessage): void {
    if (this.#spools.length >= MAX_APPENDED)
      throw new MailError("limit", "Too many messages in one command");
    splitFlags(message.flags);
    this.#take(oneMessage(0));
    const { dataFolder, limits } = this.#bounds.settings;
    this.#spools.push(new Spool(join(dataFolder, "spool", "tmp"), limits.maxMessageBytes));
    this.#begun = message;
  }

  get #spool(): Spool {
    const spool = this.#spools.at(-1);
    if (spool === undefined) throw new Error("No message has begun"); // the syntax begins with one
    return spool;
  }

  /** May so many octets come now? They are counted. */
  checkRoom(octets: number): void {
    if (++this.#parts > MAX_PARTS) throw new MailError("limit", "Too many parts in one command");
    const { maxMessageBytes } = this.#bounds.settings.limits;
    if (this.#spool.size + octets > maxMessageBytes)
      throw new MailError("messageTooBig", "The message is too big");
    // RFC 3502: this is also how a client takes back what it was about to append.
    if (octets === 0 && this.#begun?.catenated !== true) throw emptyMessage();
    this.#take({ bytes: octets, messages: 0 });
  }

  #take(amount: Amount): void {
    requireRoom(this.#left, amount);
    this.#left = minus(this.#left, amount);
  }

  async fill(octets: AsyncIterable<Buffer>): Promise<void> {
    for await (const chunk of octets) await this.#spool.write([chunk]);
  }

  async add(part: OctetStream): Promise<void> {
    this.checkRoom(part.size);
    await this.fill(part.open());
  }

  end(): void {
    const source = this.#spool;
    if (source.size === 0) throw emptyMessage();
    const { keeps, clock } = this.#bounds;
    const { bits, keywords } = splitFlags(this.#begun?.flags ?? []);
    this.messages.push({
      source,
      flags: bits & keeps.bits,
      keywords: keeps.keywords ? keywords : [],
      internalDate: this.#begun?.internalDate ?? clock.now(),
    });
  }

  /** Gives back memory and files. */
  async dispose(): Promise<void> {
    for (const spool of this.#spools) await spool.dispose();
  }
}

function emptyMessage(): MailError {
  return new MailError("badMessage", "An empty message is none");
}
