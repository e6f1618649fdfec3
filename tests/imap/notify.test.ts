/** NOTIFY: RFC 5465. Each test has a tree of mailboxes of its own. */
import { test } from "node:test";
import { PASSWORD, startTestEngine } from "../support/engine.ts";
import { transcript } from "../support/transcript.ts";
import { ALICE, BOB, imapEngine, lines, listener, play } from "./support.ts";

const engine = await imapEngine();
const message = (subject: string) => lines(`Subject: ${subject}`, "", "Text.");
const BOTH = ["", "2"];

/** Mailboxes with messages of these subjects. */
async function mailboxes(content: Readonly<Record<string, readonly string[]>>): Promise<void> {
  for (const [name, subjects] of Object.entries(content)) {
    await play(engine, `C: c CREATE ${name}\n    S: c OK ...`);
    for (const subject of subjects) await engine.deliver(ALICE, message(subject), name);
  }
}

/** "C2: …" that appends a message of 16 octets. */
const append = (tag: string, name: string) => `
    C2: ${tag} APPEND ${name} {16+}
    C2: Subject: new
    C2: 
    C2: `;

test("STATUS says where the mailboxes stand, and again when messages come and go", async () => {
  await mailboxes({ Lists: [], "Lists/a": ["one", "two"], "Lists/b": [], Apart: ["x"] });
  await play(
    engine,
    `
    C: a1 NOTIFY SET STATUS (subtree Lists (MessageNew MessageExpunge))
    S: * STATUS Lists (MESSAGES 0 UIDNEXT 1 UIDVALIDITY ...)
    S: * STATUS Lists/a (MESSAGES 2 UIDNEXT 3 UIDVALIDITY ...)
    S: * STATUS Lists/b (MESSAGES 0 UIDNEXT 1 UIDVALIDITY ...)
    S: a1 OK ...
    ${append("b1", "Lists/b")}
    S2: b1 OK ...
    S: * STATUS Lists/b (UIDNEXT 2 MESSAGES 1)
    ${append("b2", "Apart")}
    S2: b2 OK ...
    C2: b3 SELECT Lists/a
    S2: ...
    S2: b3 OK ...
    C2: b4 STORE 1 +FLAGS.SILENT (\\Deleted \\Seen)
    S2: b4 OK ...
    C2: b5 EXPUNGE
    S2: ...
    S2: b5 OK ...
    S: * STATUS Lists/a (UIDNEXT 3 MESSAGES 1)
    C: a2 NOOP
    S: a2 OK ...`,
    BOTH,
  );
});

test("what the client itself does is not told to it", async () => {
  await mailboxes({ Mine: ["one"], "Mine/from": ["two"] });
  await play(
    engine,
    `
    C: a1 NOTIFY SET (personal (MessageNew MessageExpunge FlagChange MailboxName SubscriptionChange MailboxMetadataChange))
    S: a1 OK ...
    ${append("a2", "Mine").replaceAll("C2:", "C:")}
    S: a2 OK ...
    C: a3 CREATE Mine/x/y
    S: a3 OK ...
    C: a4 RENAME Mine/x Mine/z
    S: a4 OK ...
    C: a4b NOOP
    S: a4b OK ...
    C: a5 SUBSCRIBE Mine
    S: a5 OK ...
    C: a6 SETMETADATA Mine (/private/comment "mine")
    S: a6 OK ...
    C: a7 SELECT Mine/from
    S: ...
    S: a7 OK ...
    C: a8 UID COPY 1 Mine
    S: a8 OK ...
    C: a9 UID MOVE 1 Mine/z
    S: * OK [COPYUID ...] ...
    S: * 1 EXPUNGE
    S: a9 OK ...
    C: a10 DELETE Mine/z/y
    S: a10 OK ...
    C: a11 UNSELECT
    S: a11 OK ...
    C: a12 NOOP
    S: a12 OK ...
    ${append("b1", "Mine")}
    S2: b1 OK ...
    S: * STATUS Mine (UIDNEXT 5 MESSAGES 4 ...)`,
    BOTH,
  );
});

test("selected: new messages with their items, flags and removals, at any time", async () => {
  await mailboxes({ Now: ["one", "two"] });
  await play(
    engine,
    `
    C: a1 SELECT Now
    S: ...
    S: a1 OK ...
    C: a2 NOTIFY SET (selected (MessageNew (uid body.peek[header.fields (subject)]) MessageExpunge FlagChange))
    S: a2 OK ...
    ${append("b1", "Now")}
    S2: b1 OK ...
    S: * 3 EXISTS
    S: * 3 FETCH (UID 3 BODY[HEADER.FIELDS (subject)] {16}
    S: Subject: new
    S:
    S: )
    C2: b2 SELECT Now
    S2: ...
    S2: b2 OK ...
    C2: b3 STORE 1 +FLAGS.SILENT (\\Deleted)
    S2: b3 OK ...
    S: * 1 FETCH (UID 1 FLAGS (\\Deleted))
    C2: b4 EXPUNGE
    S2: * 1 EXPUNGE
    S2: b4 OK ...
    S: * 1 EXPUNGE
    ${append("a3", "Now").replaceAll("C2:", "C:")}
    S: * 3 EXISTS
    S: a3 OK ...
    S2: <SILENCE>
    C: a4 UID COPY 2 Now
    S: * 4 EXISTS
    S: a4 OK ...`,
    BOTH,
  );
});

test("selected-delayed: removals wait for a command that allows them", async () => {
  await mailboxes({ Later: ["one", "two", "three"] });
  await play(
    engine,
    `
    C: a1 SELECT Later
    S: ...
    S: a1 OK ...
    C: a2 NOTIFY SET (selected-delayed (MessageNew MessageExpunge))
    S: a2 OK ...
    C2: b1 SELECT Later
    S2: ...
    S2: b1 OK ...
    C2: b2 STORE 1 +FLAGS.SILENT (\\Deleted)
    S2: b2 OK ...
    C2: b3 EXPUNGE
    S2: ...
    S2: b3 OK ...
    ${append("b4", "Later")}
    S2: ...
    S2: b4 OK ...
    S: * 4 EXISTS
    S: <SILENCE>
    C: a3 FETCH 2 (UID)
    S: * 2 FETCH (UID 2)
    S: a3 OK ...
    C: a4 NOOP
    S: * 1 EXPUNGE
    S: a4 OK ...
    C: a5 IDLE
    S: + idling
    C2: b5 STORE 1 +FLAGS.SILENT (\\Deleted)
    S2: b5 OK ...
    C2: b6 EXPUNGE
    S2: ...
    S2: b6 OK ...
    S: * 1 EXPUNGE
    C: DONE
    S: a5 OK ...`,
    BOTH,
  );
});

test("without a choice of the selected mailbox, and after NONE, nothing of it is told but one's own removals", async () => {
  await mailboxes({ Quiet: ["one", "two", "three"] });
  await play(
    engine,
    `
    C: a1 SELECT Quiet
    S: ...
    S: a1 OK ...
    C2: b1 SELECT Quiet
    S2: ...
    S2: b1 OK ...
    C: a2 NOTIFY NONE
    S: a2 OK ...
    C2: b2 STORE 3 +FLAGS.SILENT (\\Seen)
    S2: b2 OK ...
    ${append("b3", "Quiet")}
    S2: * 4 EXISTS
    S2: b3 OK ...
    C: a3 NOOP
    S: a3 OK ...
    C: a4 STORE 1 +FLAGS (\\Deleted)
    S: * 1 FETCH (FLAGS (\\Deleted))
    S: a4 OK ...
    C: a5 EXPUNGE
    S: * 1 EXPUNGE
    S: a5 OK ...
    C: a6 NOTIFY SET (mailboxes Quiet (MessageNew MessageExpunge FlagChange))
    S: a6 OK ...
    C: a7 IDLE
    S: + idling
    S: <SILENCE>
    C: DONE
    S: a7 OK ...
    C: a8 NOTIFY SET (selected (MessageNew MessageExpunge FlagChange))
    S: * 3 EXISTS
    S: * 2 FETCH (UID 3 FLAGS (\\Seen))
    S: a8 OK ...`,
    BOTH,
  );
});

test("changes of flags elsewhere: UNSEEN, and modseqs for those who follow them", async () => {
  await mailboxes({ Flags: ["one", "two"] });
  const change = `
    C2: b1 SELECT Flags
    S2: ...
    S2: b1 OK ...
    C2: b2 STORE 1 +FLAGS.SILENT (\\Seen)
    S2: b2 OK ...`;
  await play(
    engine,
    `
    C: a1 NOTIFY SET STATUS (mailboxes Flags (MessageNew MessageExpunge FlagChange))
    S: * STATUS Flags (MESSAGES 2 UIDNEXT 3 UIDVALIDITY ... UNSEEN 2 HIGHESTMODSEQ ...)
    S: a1 OK ...
    ${change}
    S: * STATUS Flags (UIDVALIDITY ... UNSEEN 1)
    C2: b3 STORE 1 +FLAGS.SILENT (\\Flagged)
    S2: b3 OK ...
    C: a2 NOOP
    S: a2 OK ...`,
    BOTH,
  );
  await play(
    engine,
    `
    C: a0 ENABLE CONDSTORE
    S: ...
    S: a0 OK ...
    C: a1 NOTIFY SET (mailboxes Flags (MessageNew MessageExpunge FlagChange))
    S: a1 OK ...
    C2: b1 SELECT Flags
    S2: ...
    S2: b1 OK ...
    C2: b2 STORE 1 -FLAGS.SILENT (\\Flagged)
    S2: b2 OK ...
    S: * STATUS Flags (UIDVALIDITY ... HIGHESTMODSEQ ...)
    ${append("b3", "Flags")}
    S2: ...
    S2: b3 OK ...
    S: * STATUS Flags (UIDNEXT 4 MESSAGES 3 UNSEEN 2 HIGHESTMODSEQ ...)`,
    BOTH,
  );
});

test("QRESYNC and UIDONLY: removals by uid, new messages with it", async () => {
  await mailboxes({ Sync: ["one", "two"] });
  const script = (feature: string, fetch: string) => `
    C: a0 ENABLE ${feature}
    S: ...
    S: a0 OK ...
    C: a1 SELECT Sync
    S: ...
    S: a1 OK ...
    C: a2 NOTIFY SET (selected (MessageNew (FLAGS) MessageExpunge))
    S: a2 OK ...
    ${append("b1", "Sync")}
    S2: b1 OK ...
    S: * ... EXISTS
    S: * ${fetch}
    C2: b2 SELECT Sync
    S2: ...
    S2: b2 OK ...
    C2: b3 STORE 1 +FLAGS.SILENT (\\Deleted)
    S2: b3 OK ...
    C2: b4 EXPUNGE
    S2: ...
    S2: b4 OK ...
    S: * VANISHED ...
    S: <SILENCE>`;
  await play(engine, script("QRESYNC", "3 FETCH (FLAGS () MODSEQ (...) UID 3)"), BOTH);
  await play(engine, script("UIDONLY", "4 UIDFETCH (FLAGS ())"), BOTH);
});

test("names: created, deleted, renamed with what is below, and the parents of the former", async () => {
  await mailboxes({ Tree: [], "Tree/old": [], "Tree/old/deep": [] });
  await play(
    engine,
    `
    C: a1 NOTIFY SET (subtree Tree (MailboxName))
    S: a1 OK ...
    C2: b1 CREATE Tree/new
    S2: b1 OK ...
    S: * LIST (\\HasChildren) "/" Tree
    S: * LIST (\\HasNoChildren) "/" Tree/new
    C2: b2 RENAME Tree/old Tree/young
    S2: b2 OK ...
    S: * LIST (\\HasChildren) "/" Tree/young ("OLDNAME" (Tree/old))
    C2: b3 DELETE Tree/young/deep
    S2: b3 OK ...
    S: * LIST (\\HasNoChildren) "/" Tree/young
    S: * LIST (\\NonExistent \\HasNoChildren) "/" Tree/young/deep
    C2: b4 RENAME Tree/new Elsewhere
    S2: b4 OK ...
    S: * LIST (\\HasNoChildren) "/" Elsewhere ("OLDNAME" (Tree/new))
    C2: b5 CREATE Other
    S2: b5 OK ...
    C: a2 NOOP
    S: a2 OK ...`,
    BOTH,
  );
});

test("RENAME of INBOX: the new mailbox was INBOX, which is not told of", async () => {
  const other = await startTestEngine({ mailboxes: [BOB] });
  const login = (n: string) => `
    S${n}: * OK ...
    C${n}: in LOGIN ${BOB} "${PASSWORD}"
    S${n}: in OK ...`;
  try {
    await transcript(
      other.ports.imap,
      `${login("")}${login("2")}
      C: a1 NOTIFY SET (personal (MailboxName))
      S: a1 OK ...
      C2: b1 RENAME INBOX Kept
      S2: b1 OK ...
      S: * LIST (\\HasNoChildren) "/" Kept ("OLDNAME" (INBOX))
      C: a2 NOOP
      S: a2 OK ...`,
    );
  } finally {
    await other.stop();
  }
});

test("a mailbox in the place of another has other uids", async () => {
  await mailboxes({ Again: ["one"] });
  await play(
    engine,
    `
    C: a1 NOTIFY SET (mailboxes Again (MessageNew MessageExpunge))
    S: a1 OK ...
    C2: b1 DELETE Again
    S2: b1 OK ...
    C2: b2 CREATE Again
    S2: b2 OK ...
    S: * STATUS Again (UIDNEXT 1 MESSAGES 0 UIDVALIDITY ...)
    C: a2 NOOP
    S: a2 OK ...`,
    BOTH,
  );
});

test("subscriptions, also of names without a mailbox; what is subscribed is asked anew", async () => {
  await mailboxes({ Sub: [] });
  await play(
    engine,
    `
    C: a1 NOTIFY SET (personal (SubscriptionChange)) (subscribed (MessageNew MessageExpunge))
    S: a1 OK ...
    C2: b1 SUBSCRIBE Sub
    S2: b1 OK ...
    S: * LIST (\\HasNoChildren \\Subscribed) "/" Sub
    ${append("b2", "Sub")}
    S2: b2 OK ...
    S: * STATUS Sub (UIDNEXT 2 MESSAGES 1)
    C2: b3 UNSUBSCRIBE Sub
    S2: b3 OK ...
    S: * LIST (\\HasNoChildren) "/" Sub
    C2: b4 SUBSCRIBE Sub/never
    S2: b4 OK ...
    S: * LIST (\\NonExistent \\HasNoChildren \\Subscribed) "/" Sub/never
    ${append("b5", "Sub")}
    S2: b5 OK ...
    C: a2 NOOP
    S: a2 OK ...`,
    BOTH,
  );
});

test("annotations: the entries that changed, of mailboxes and of the server", async () => {
  await mailboxes({ Notes: [], Unwatched: [] });
  await play(
    engine,
    `
    C: a1 NOTIFY SET (mailboxes Notes (MailboxMetadataChange ServerMetadataChange))
    S: a1 OK ...
    C2: b1 SETMETADATA Notes (/private/comment "x" /shared/comment "y")
    S2: b1 OK ...
    S: * METADATA Notes /private/comment /shared/comment
    C2: b2 SETMETADATA Notes (/private/comment NIL)
    S2: b2 OK ...
    S: * METADATA Notes /private/comment
    C2: b3 SETMETADATA "" (/private/comment "z")
    S2: b3 OK ...
    S: * METADATA "" /private/comment
    C2: b4 SETMETADATA Unwatched (/private/comment "x")
    S2: b4 OK ...
    C2: b5 SETMETADATA Notes (/shared/comment "y")
    S2: b5 OK ...
    C: a2 NOOP
    S: a2 OK ...`,
    BOTH,
  );
});

test("groups add up, NONE takes out, the selected mailbox follows its own", async () => {
  await mailboxes({ Sum: [], "Sum/out": [], "Sum/in": ["one"] });
  await play(
    engine,
    `
    C: a1 NOTIFY SET (selected (MessageNew MessageExpunge)) (subtree Sum (MessageNew MessageExpunge)) (mailboxes (Sum/in Sum) (MailboxName)) (mailboxes Sum/out NONE)
    S: a1 OK ...
    ${append("b1", "Sum/out")}
    S2: b1 OK ...
    ${append("b2", "Sum/in")}
    S2: b2 OK ...
    S: * STATUS Sum/in (UIDNEXT 3 MESSAGES 2)
    C: a2 SELECT Sum/in
    S: ...
    S: a2 OK ...
    ${append("b3", "Sum/in")}
    S2: b3 OK ...
    S: * 3 EXISTS
    C2: b4 CREATE Sum/in/x
    S2: b4 OK ...
    S: * LIST (\\HasChildren) "/" Sum/in
    C: a3 UNSELECT
    S: a3 OK ...
    C: a4 NOOP
    S: a4 OK ...
    ${append("b5", "Sum/in")}
    S2: b5 OK ...
    S: * STATUS Sum/in (UIDNEXT 5 MESSAGES 4)`,
    BOTH,
  );
});

test("IDLE tells the same, of other mailboxes too; UNAUTHENTICATE ends it", async () => {
  await mailboxes({ Idle: [] });
  await play(
    engine,
    `
    C: a1 NOTIFY SET (mailboxes Idle (MessageNew MessageExpunge))
    S: a1 OK ...
    C: a2 IDLE
    S: + idling
    ${append("b1", "Idle")}
    S2: b1 OK ...
    S: * STATUS Idle (UIDNEXT 2 MESSAGES 1)
    C: DONE
    S: a2 OK ...
    C: a3 UNAUTHENTICATE
    S: a3 OK ...
    ${append("b2", "Idle")}
    S2: b2 OK ...
    C: a4 NOOP
    S: a4 OK ...`,
    BOTH,
  );
});

test("UPDATE of a search may ask for items of what is new", async () => {
  await mailboxes({ Found: ["plan one", "other"] });
  await play(
    engine,
    `
    C: a1 SELECT Found
    S: ...
    S: a1 OK ...
    C: a2 UID SEARCH RETURN (COUNT UPDATE (UID RFC822.SIZE)) OR SUBJECT new FLAGGED
    S: * ESEARCH (TAG "a2") UID COUNT 0
    S: a2 OK ...
    C: a3 NOTIFY SET (selected (MessageNew (UID FLAGS) MessageExpunge FlagChange))
    S: a3 OK ...
    ${append("b1", "Found")}
    S2: b1 OK ...
    S: * 3 EXISTS
    S: * ESEARCH (TAG "a2") UID ADDTO (0 3)
    S: * 3 FETCH (UID 3 FLAGS () RFC822.SIZE 16)
    C2: b2 SELECT Found
    S2: ...
    S2: b2 OK ...
    C2: b3 STORE 1 +FLAGS.SILENT (\\Flagged)
    S2: b3 OK ...
    S: * 1 FETCH (UID 1 FLAGS (\\Flagged))
    S: * ESEARCH (TAG "a2") UID ADDTO (0 1)
    S: <SILENCE>`,
    BOTH,
  );
});

test("another process hears of everything as well", { timeout: 30_000 }, async () => {
  await mailboxes({ Far: ["one"], "Far/old": [] });
  const other = await startTestEngine({ databaseUrl: engine.databaseUrl });
  const client = await listener(other.ports.imap);
  const { store } = engine.engine.ctx;
  const alice = await engine.mailboxId(ALICE);
  try {
    await client.says("a1 SELECT INBOX", "a1 OK [READ-WRITE] Mailbox selected");
    await client.says(
      "a2 NOTIFY SET (selected (MessageNew (UID) MessageExpunge)) (subtree Far" +
        " (MessageNew MessageExpunge MailboxName SubscriptionChange MailboxMetadataChange))",
      "a2 OK NOTIFY completed",
    );
    await engine.deliver(ALICE, message("two"), "Far");
    await client.hears("* STATUS Far (UIDNEXT 3 MESSAGES 2)");
    await store.renameFolder(alice, "Far/old", "Far/new");
    await client.hears('* LIST (\\HasNoChildren) "/" Far/new ("OLDNAME" (Far/old))');
    await store.setSubscribed(alice, "Far/new", true);
    await client.hears('* LIST (\\HasNoChildren \\Subscribed) "/" Far/new');
    const folder = await store.findFolder(alice, "Far/new");
    await store.setMetadata(alice, folder?.id ?? 0, new Map([["/private/x", Buffer.from("x")]]));
    await client.hears("* METADATA Far/new /private/x");
    const { uid } = await engine.deliver(ALICE, message("three"));
    await client.hears(`* 1 FETCH (UID ${uid})`);
  } finally {
    client.close();
    await other.stop();
  }
});

test(
  "too much at once: NOTIFICATIONOVERFLOW, and nothing more is told",
  { timeout: 30_000 },
  async () => {
    await mailboxes({ Flood: [] });
    const { pool } = engine.engine.storage;
    const { store } = engine.engine.ctx;
    const alice = await engine.mailboxId(ALICE);
    const client = await listener(engine.ports.imap);
    await client.says("a1 NOTIFY SET (subtree Flood (MailboxName))", "a1 OK NOTIFY completed");
    await pool.query(
      `INSERT INTO folder (mailbox_id, name, uid_validity)
     SELECT $1, 'Flood/' || n, n FROM generate_series(1, 1100) AS n`,
      [alice],
    );
    await store.setSubscribed(alice, "Flood", true); // a notice
    await client.hears("* OK [NOTIFICATIONOVERFLOW] Too much has changed at once");
    await store.createFolder(alice, "Flood/more");
    await client.says("a2 NOOP", "a2 OK NOOP completed");
    await client.says("a3 NOTIFY SET (subtree Flood (MailboxName))", "a3 OK NOTIFY completed");
    await store.createFolder(alice, "Flood/again");
    await client.hears('* LIST (\\HasNoChildren) "/" Flood/again');
    client.close();
  },
);

test("refused: what the grammar or the RFC calls an error", async () => {
  await play(
    engine,
    `
    C: a1 NOTIFY
    S: a1 BAD ...
    C: a2 NOTIFY SET
    S: a2 BAD ...
    C: a3 NOTIFY SET (personal (MessageNew))
    S: a3 BAD ...
    C: a4 NOTIFY SET (personal (FlagChange))
    S: a4 BAD ...
    C: a5 NOTIFY SET (personal (AnnotationChange))
    S: a5 BAD ...
    C: a6 NOTIFY SET (selected (MailboxName))
    S: a6 BAD ...
    C: a7 NOTIFY SET (selected NONE) (selected-delayed NONE)
    S: a7 BAD ...
    C: a8 NOTIFY SET (personal (MessageNew (UID) MessageExpunge))
    S: a8 BAD ...
    C: a9 NOTIFY SET (mailboxes (MailboxName))
    S: a9 BAD ...
    C: a10 NOTIFY SET STATUS
    S: a10 BAD ...
    C: a11 NOTIFY SET (personal ())
    S: a11 BAD ...`,
  );
  await play(
    engine,
    `
    C: a1 NOTIFY SET (selected (MessageNew MessageExpunge AnnotationChange))
    S: a1 NO [BADEVENT (MessageNew MessageExpunge FlagChange MailboxName SubscriptionChange MailboxMetadataChange ServerMetadataChange)] ...
    C: a2 NOTIFY SET (personal (Sunrise))
    S: a2 NO [BADEVENT (...)] ...
    C: a3 NOTIFY SET ${"(personal (MailboxName)) ".repeat(65).trim()}
    S: a3 NO [NOTIFICATIONOVERFLOW] ...
    C: a4 NOTIFY SET (mailboxes nowhere (MailboxName))
    S: a4 OK ...`,
  );
  await transcript(
    engine.ports.imap,
    `
    S: * OK ...
    C: a1 NOTIFY NONE
    S: a1 BAD Sign in first`,
  );
});
