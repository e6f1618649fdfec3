/** A mailbox's folders as its pages show them. */
import "server-only";
import { Id } from "@/lib/schemas/fields.ts";
import { listFolders } from "@/lib/service/folders.ts";
import { runtime } from "./service.ts";
import { requireActor } from "./session.ts";

/** What a folder may be for (RFC 6154), with a word for each. */
const USES = ["all", "archive", "drafts", "flagged", "important", "junk", "sent", "trash"] as const;
type Use = "inbox" | (typeof USES)[number];

interface Query {
  readonly after: string;
  readonly before: string;
}

/** Null: no such mailbox, or none of this person's business. */
export async function getFoldersView(mailboxId: string, query: Query) {
  const actor = await requireActor();
  const id = Id.safeParse(mailboxId);
  const list = id.success && (await listFolders(runtime().service, actor, id.data, query));
  if (!list) return null;
  return {
    ...list,
    rows: list.rows.map(({ name, specialUse, messages, unseen, bytes }) => {
      const levels = name.split("/");
      return {
        ...{ name, messages, unseen, bytes },
        above: levels.slice(0, -1),
        leaf: levels.at(-1) ?? name,
        use: useOf(name, specialUse),
      };
    }),
  };
}

export type FoldersView = NonNullable<Awaited<ReturnType<typeof getFoldersView>>>;

function useOf(name: string, specialUse: string | null): Use | null {
  if (name === "INBOX") return "inbox";
  return USES.find((use) => specialUse?.toLowerCase() === `\\${use}`) ?? null;
}
