/**
 * Random operations from two processes at once on one mailbox; afterwards every view agrees with the
 * database, every session that followed the changes agrees with its view, and the checker is content.
 */
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { MailError } from "../../mail/errors.ts";
import { DELETED, FLAGGED, SEEN } from "../../mail/flags.ts";
import type { MailStore, OpenFolder, Uid } from "../../mail/ports.ts";
import {
  acceptance,
  bytes,
  delivery,
  eventually,
  letter,
  storageFixture,
} from "../../../tests/support/storage.ts";
import { checkStore } from "./check.ts";
import { collectBlobs } from "./garbage.ts";

const STEPS = Number(process.env["FUZZ"] ?? 30);
const WORKERS = 6;

const fixture = await storageFixture();
after(() => fixture.close());

/** A small generator, so that a failing seed can be run again. */
function random(seed: number) {
  let state = seed;
  return (below: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** What a session knows that only listens. */
class Follower {
  readonly uids = new Set<Uid>();
  readonly view: OpenFolder;
  #modseq = 0;

  constructor(view: OpenFolder) {
    this.view = view;
    for (const uid of view.uids()) this.uids.add(uid);
    view.onChange(({ added, expunged, changed, highestModseq }) => {
      assert.ok(highestModseq > this.#modseq, "changes come in order");
      this.#modseq = highestModseq;
      for (const uid of added) assert.ok(!this.uids.has(uid) && this.uids.add(uid));
      for (const uid of expunged) assert.ok(this.uids.delete(uid), `${uid} was known`);
      for (const uid of changed) assert.ok(this.uids.has(uid));
    });
  }

  matches(): boolean {
    return [...this.uids].join() === [...this.view.uids()].join();
  }
}

test("whatever two processes do at once, all agree in the end", async (t) => {
  const seed = Number(process.env["SEED"] ?? Date.now() % 1_000_000);
  t.diagnostic(`SEED=${seed}`);
  const other = await fixture.another();
  const ann = await fixture.mailbox("ann", 3_000_000);
  const names = ["INBOX", "Archive", "Trash"];
  const stores = [fixture.store, other.store];
  const followers: Follower[] = [];
  for (const store of stores) {
    for (const name of names) followers.push(new Follower(await store.openFolder(ann, name)));
  }
  const workers = Array.from({ length: WORKERS }, (_, worker) =>
    work({
      store: stores[worker % 2] ?? fixture.store,
      mailboxId: ann,
      names,
      seed: seed + worker,
    }),
  );
  await Promise.all([...workers, collectBlobs(fixture.pool), collectBlobs(other.pool)]);
  for (const { view } of followers) await view.refresh();

  for (const follower of followers) {
    const { view } = follower;
    assert.ok(follower.matches(), `${view.folder.name}: who listened knows the same`);
    const rowsOf = async (flags: string) => {
      const { rows } = await fixture.pool.query(
        `SELECT uid, modseq, ${flags} AS flags FROM message WHERE folder_id = $1 ORDER BY uid`,
        [view.folder.id],
      );
      return rows;
    };
    const logged = await rowsOf("flags_now(folder_id, uid, modseq, flags)");
    await fixture.pool.query("SELECT fold_flags($1)", [view.folder.id]);
    const rows = await rowsOf("flags");
    const seen = rows.map((_, at) => {
      return { uid: view.uidAt(at), modseq: view.modseqAt(at), flags: view.flagsAt(at) };
    });
    assert.deepEqual(seen, rows);
    assert.deepEqual(
      logged.map((row) => row.flags),
      rows.map((row) => row.flags),
    );
    assert.equal(view.count, view.folder.messages);
  }
  await eventually(() => followers.every((follower) => follower.matches()), "followers agree");
  for (const { view } of followers) view.close();
  assert.deepEqual(await checkStore(fixture.pool), []);
});

interface Work {
  readonly store: MailStore;
  readonly mailboxId: string;
  readonly names: readonly string[];
  readonly seed: number;
}

/** Refusals are part of life; anything else fails the test. */
async function work({ store, mailboxId, names, seed }: Work): Promise<void> {
  const pick = random(seed);
  const name = () => names[pick(names.length)] ?? "INBOX";
  for (let step = 0; step < STEPS; step++) {
    const view = await store.openFolder(mailboxId, name());
    const target = await store.findFolder(mailboxId, name());
    assert.ok(target);
    const { id } = view.folder;
    const some = [...view.uids()].filter(() => pick(3) === 0).slice(0, 20);
    const edit = {
      action: (["add", "remove", "replace"] as const)[pick(3)] ?? "add",
      bits: [SEEN, DELETED, FLAGGED, SEEN | DELETED][pick(4)] ?? 0,
      keywords: pick(3) === 0 ? ["$K"] : [],
    };
    const message = {
      source: letter(`${pick(40)}`),
      internalDate: new Date(),
      flags: 0,
      keywords: [],
    };
    const long = bytes(Buffer.alloc(300_000, `${pick(3)}`));
    const actions = [
      () => store.accept(acceptance(letter(`${pick(40)}`), [delivery(mailboxId, name())])),
      () =>
        store.accept(acceptance(long, [delivery(mailboxId, name()), delivery(mailboxId, name())])),
      () => store.append(target, [message, message]),
      () => store.setFlags(id, some, edit),
      () => store.setFlags(id, some, edit, view.folder.highestModseq),
      () => store.copy(id, some, target),
      () => store.move(id, some, target),
      () => store.expunge(id, some),
      () => renameAndDelete(store, mailboxId, `F${pick(3)}`),
    ];
    await actions[pick(actions.length)]?.().catch((error: unknown) => {
      if (!(error instanceof MailError) || error.kind === "unavailable") throw error;
    });
    view.close();
  }
}

async function renameAndDelete(store: MailStore, mailboxId: string, name: string): Promise<void> {
  await store.createFolder(mailboxId, name);
  await store.accept(acceptance(letter(name), [delivery(mailboxId, name)]));
  await store.renameFolder(mailboxId, name, `${name}x`);
  await store.deleteFolder(mailboxId, `${name}x`);
}
