import { test } from "node:test";
import { BOB, imapEngine, play } from "./support.ts";
import { PASSWORD } from "../support/engine.ts";

const engine = await imapEngine();

test("LIST shows the folders of a new mailbox, INBOX first, with their uses", async () => {
  await play(
    engine,
    `
    C: a1 LIST "" *
    S: * LIST (\\HasNoChildren) "/" INBOX
    S: * LIST (\\HasNoChildren \\Archive) "/" Archive
    S: * LIST (\\HasNoChildren \\Drafts) "/" Drafts
    S: * LIST (\\HasNoChildren \\Junk) "/" Junk
    S: * LIST (\\HasNoChildren \\Sent) "/" Sent
    S: * LIST (\\HasNoChildren \\Trash) "/" Trash
    S: a1 OK LIST completed
    C: a2 LIST "" ""
    S: * LIST (\\Noselect) "/" ""
    S: a2 OK ...
    C: a3 LIST (SPECIAL-USE) "" % RETURN (STATUS (MESSAGES DELETED SIZE))
    S: * LIST (\\HasNoChildren \\Archive) "/" Archive
    S: * STATUS Archive (MESSAGES 0 DELETED 0 SIZE 0)
    S: ...
    S: a3 OK ...
    C: a4 NAMESPACE
    S: * NAMESPACE (("" "/")) (("Other Users/" "/")) NIL
    S: a4 OK ...`,
  );
});

test("CREATE makes parents and a use; DELETE spares children; RENAME takes them along", async () => {
  await play(
    engine,
    `
    C: a1 CREATE work/2026/
    S: a1 OK [MAILBOXID (F...)] CREATE completed
    C: a2 CREATE work/2026
    S: a2 NO [ALREADYEXISTS] ...
    C: a3 DELETE work
    S: a3 NO [HASCHILDREN] ...
    C: a4 RENAME work "Arbeit &-&APw-"
    S: a4 OK ...
    C: a5 LIST "" "Arb*"
    S: * LIST (\\HasChildren) "/" "Arbeit &-&APw-"
    S: * LIST (\\HasNoChildren) "/" "Arbeit &-&APw-/2026"
    S: a5 OK ...
    C: a6 LIST "Arbeit &-&APw-/" %
    S: * LIST (\\HasNoChildren) "/" "Arbeit &-&APw-/2026"
    S: a6 OK ...
    C: a7 DELETE "Arbeit &-&APw-/2026"
    S: a7 OK ...
    C: a8 DELETE "Arbeit &-&APw-"
    S: a8 OK ...
    C: b1 CREATE Other (USE (\\Sent))
    S: b1 NO ...
    C: b2 CREATE Other (USE (\\Nonsense))
    S: b2 NO [USEATTR] ...
    C: b3 CREATE inbox
    S: b3 NO [ALREADYEXISTS] ...
    C: b4 DELETE INBOX
    S: b4 NO [CANNOT] ...
    C: b5 DELETE nothing
    S: b5 NO [NONEXISTENT] ...
    C: b6 CREATE a//b
    S: b6 NO [CANNOT] ...
    C: b7 CREATE "a&b"
    S: b7 BAD A mailbox name is not modified UTF-7
    C: b8 RENAME nothing something
    S: b8 NO [NONEXISTENT] ...`,
  );
});

test("subscriptions outlive folders and are listed both ways", async () => {
  await play(
    engine,
    `
    C: a1 CREATE lists/dev
    S: a1 OK ...
    C: a2 SUBSCRIBE lists/dev
    S: a2 OK ...
    C: a3 LSUB "" "lists/%"
    S: * LSUB () "/" lists/dev
    S: a3 OK ...
    C: a4 LSUB "" "list%"
    S: * LSUB (\\Noselect) "/" lists
    S: a4 OK ...
    C: a5 DELETE lists/dev
    S: a5 OK ...
    C: a6 LIST (SUBSCRIBED) "" "list*"
    S: * LIST (\\NonExistent \\HasNoChildren \\Subscribed) "/" lists/dev
    S: a6 OK ...
    C: a7 LIST (SUBSCRIBED RECURSIVEMATCH) "" "list%"
    S: * LIST (\\HasChildren) "/" lists ("CHILDINFO" ("SUBSCRIBED"))
    S: a7 OK ...
    C: a8 UNSUBSCRIBE lists/dev
    S: a8 OK ...
    C: a9 LSUB "" "lists*"
    S: a9 OK ...
    C: b1 LIST (RECURSIVEMATCH) "" *
    S: b1 BAD ...
    C: b2 DELETE lists
    S: b2 OK ...`,
  );
});

test("a name that is not subscribed stands only for such as are not listed themselves", async () => {
  const list = (tag: string, patterns: string, ...lines: string[]) => `
    C: ${tag} LIST (SUBSCRIBED RECURSIVEMATCH) "" ${patterns}
    ${lines.map((line) => `S: * LIST ${line}`).join("\n")}
    S: ${tag} OK ...`;
  const child = '("CHILDINFO" ("SUBSCRIBED"))';
  await play(
    engine,
    `
    C: a1 CREATE Fruit/Apple/Red
    S: a1 OK ...
    C: a2 SUBSCRIBE Fruit/Apple/Red
    S: a2 OK ...
    C: a3 SUBSCRIBE Fruit/Peach
    S: a3 OK ...
    ${list("b1", "Fruit*", '(\\HasNoChildren \\Subscribed) "/" Fruit/Apple/Red', '(\\NonExistent \\HasNoChildren \\Subscribed) "/" Fruit/Peach')}
    ${list("b2", "Fr%", `(\\HasChildren) "/" Fruit ${child}`)}
    ${list("b3", "Fruit/%", `(\\HasChildren) "/" Fruit/Apple ${child}`, '(\\NonExistent \\HasNoChildren \\Subscribed) "/" Fruit/Peach')}
    ${list("b4", "(Fruit Fruit/%)", `(\\HasChildren) "/" Fruit ${child}`, `(\\HasChildren) "/" Fruit/Apple ${child}`, '(\\NonExistent \\HasNoChildren \\Subscribed) "/" Fruit/Peach')}
    C: c1 SUBSCRIBE Fruit
    S: c1 OK ...
    ${list("c2", "Fruit", `(\\HasChildren \\Subscribed) "/" Fruit ${child}`)}`,
  );
});

test("what is below INBOX is found however INBOX is written", async () => {
  await play(
    engine,
    `
    C: a1 CREATE inbox/Below
    S: a1 OK ...
    C: a2 LIST "" inbox/%
    S: * LIST (\\HasNoChildren) "/" INBOX/Below
    S: a2 OK ...
    C: a3 LIST "" "InB*"
    S: * LIST (\\HasChildren) "/" INBOX
    S: * LIST (\\HasNoChildren) "/" INBOX/Below
    S: a3 OK ...
    C: a4 LIST "" "inbox/below"
    S: a4 OK ...
    C: a4b LIST "" (inbox/% ${"*".repeat(2000)})
    S: * LIST (\\HasNoChildren) "/" INBOX/Below
    S: a4b OK ...
    C: a5 DELETE INBOX/Below
    S: a5 OK ...`,
  );
});

test("STATUS answers what is asked, and only for one's own folders", async () => {
  await play(
    engine,
    `
    C: a1 CREATE private
    S: a1 OK ...
    C: a2 STATUS private (MESSAGES RECENT UIDNEXT UNSEEN APPENDLIMIT)
    S: * STATUS private (MESSAGES 0 RECENT 0 UIDNEXT 1 UNSEEN 0 APPENDLIMIT ...)
    S: a2 OK ...
    C: a3 STATUS nothing (MESSAGES)
    S: a3 NO [NONEXISTENT] ...
    C: a4 STATUS private (SECRETS)
    S: a4 BAD ...
    C: a5 STATUS private ()
    S: a5 BAD ...
    S2: * OK ...
    C2: b1 LOGIN ${BOB} "${PASSWORD}"
    S2: b1 OK ...
    C2: b2 STATUS private (MESSAGES)
    S2: b2 NO [NONEXISTENT] ...
    C: a6 DELETE private
    S: a6 OK ...`,
  );
});

test("with UTF8=ACCEPT names are UTF-8", async () => {
  await play(
    engine,
    `
    C: a0 CREATE "Entwürfe 2"
    S: a0 BAD ...
    C: a1 ENABLE UTF8=ACCEPT X-NOTHING
    S: * ENABLED UTF8=ACCEPT
    S: a1 OK ...
    C: a2 CREATE "Entwürfe 2"
    S: a2 OK ...
    C: a3 LIST "" "Entw*2"
    S: * LIST (\\HasNoChildren) "/" "Entwürfe 2"
    S: a3 OK ...
    C: a4 DELETE "Entwürfe 2"
    S: a4 OK ...`,
  );
});

test("a pattern without bounds finds nothing, and too many are refused", async () => {
  await play(
    engine,
    `
    C: a1 LIST "" ${"*a".repeat(600)}
    S: a1 OK ...
    C: a2 LIST "" (${"* ".repeat(32)}INBOX)
    S: a2 NO [LIMIT] ...`,
  );
});
