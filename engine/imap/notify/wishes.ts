/**
 * What a client wants to hear of: RFC 5465 §3.1, §6. Several groups may reach one mailbox: their events
 * add up, but for NONE, which takes the mailbox out of all of them.
 */
import { ofSelected } from "../../../lib/codec/imap/notify-syntax.ts";
import type { NotifyEvent } from "../../../lib/codec/imap/notify-events.ts";
import type { EventGroup } from "../../../lib/codec/imap/notify-syntax.ts";
import type { FetchItem } from "../../../lib/codec/imap/types.ts";
import { chooses } from "../search/sources.ts";

/** Of the selected mailbox. */
export interface SelectedWish {
  /** MessageNew and MessageExpunge, which go together. */
  readonly messages: boolean;
  readonly flags: boolean;
  /** Told of each new message. */
  readonly items: readonly FetchItem[];
  /** Removals wait for a command that allows them. */
  readonly delayed: boolean;
}

/** Before the first NOTIFY (§3.1). */
export const USUAL: SelectedWish = { messages: true, flags: true, items: [], delayed: true };

export class Wishes {
  readonly selected: SelectedWish;
  readonly #others: readonly EventGroup[];

  constructor(groups: readonly EventGroup[]) {
    const selected = groups.find(({ filter }) => ofSelected(filter));
    this.selected = {
      messages: selected?.events.has("MessageNew") ?? false,
      flags: selected?.events.has("FlagChange") ?? false,
      items: selected?.items ?? [],
      delayed: selected?.filter.kind === "selectedDelayed",
    };
    this.#others = groups.filter(({ filter }) => !ofSelected(filter));
  }

  /** Of anything but the selected mailbox's messages. */
  get reachOthers(): boolean {
    return this.#others.some(({ events }) => events.size > 0);
  }

  /** By anybody's group: ServerMetadataChange is of no mailbox. */
  anywhere(event: NotifyEvent): boolean {
    return this.#others.some(({ events }) => events.has(event));
  }

  /** Of a mailbox that is not selected, or of a name without one. */
  eventsOf(name: string, subscribed: ReadonlySet<string>): ReadonlySet<NotifyEvent> {
    const all = new Set<NotifyEvent>();
    for (const { filter, events } of this.#others) {
      if (filter.kind === "selected" || filter.kind === "selectedDelayed") continue;
      if (!chooses(filter, name, subscribed)) continue;
      if (events.size === 0) return new Set();
      for (const event of events) all.add(event);
    }
    return all;
  }
}
