/**
 * The stranger's tour: every page, route and action of the built console, as nobody, with a made-up cookie,
 * as a mailbox and as the admin of another domain. Nothing of "theirs.example" may be seen or changed. The
 * lists are read from the tree and from the build: what is added later is visited too.
 */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { after, before, suite, test } from "node:test";
import { isDeepStrictEqual } from "node:util";
import { hashPassword } from "../../lib/mail/password.ts";
import { cliActor } from "../../lib/service/actor.ts";
import { createAlias } from "../../lib/service/aliases.ts";
import { getSigningKeys } from "../../lib/service/dkim-keys.ts";
import { createAppPassword } from "../../lib/service/app-passwords.ts";
import { requestTestMessage } from "../../lib/service/jobs.ts";
import type { WebRuntime } from "../../lib/service/web-runtime.ts";
import { openWebRuntime } from "../../lib/service/web-runtime.ts";
import { loadSettings } from "../../lib/settings/settings.ts";
import { createUser, type NewUser } from "../../lib/storage/users.ts";
import { testDatabase } from "../support/database.ts";
import { newDomain, newMailbox, PASSWORD } from "../support/service.ts";
import { testEnvironment } from "../support/settings.ts";
import { startWebProcess, type WebProcess } from "../support/web-process.ts";

const THEIRS = "theirs.example";
const ROOT = new URL("../..", import.meta.url).pathname;
const MADE_UP = "posthorn=eyJhbGciOiJub25lIn0..made.up.";
/** What everybody may see without signing in. */
const OPEN = new Set([
  "/sign-in",
  "/setup",
  "/api/auth/[...nextauth]",
  // For whoever holds the token of a link; here nobody does.
  "/device/[token]",
  "/device/[token]/profile",
  "/share/[token]",
  "/share/[token]/language",
  "/share/[token]/zone",
]);
/** What an operator's tour does change, in this order. */
const DOES = [
  ...["removeAliasAction", "revokeAppPasswordAction", "setLimitsAction", "setPasswordAction"],
  "suspendAction",
];
/** Words that no answer may hold, whoever asks. */
const SECRETS =
  /\$argon2id\$|SCRAM-SHA-256\$|PRIVATE KEY|passwordHash|scramSha256|tokenHash|lookup/;

interface Names {
  readonly mailboxId: string;
  readonly aliasId: string;
  readonly jobId: string;
  readonly appPasswordId: string;
  readonly keyId: string;
}

suite("strangers", () => {
  let web: WebProcess;
  let runtime: WebRuntime;
  let theirs: Names;
  const cookies = new Map<string, string>();

  before(async () => {
    const databaseUrl = (await testDatabase()).url;
    const env = { ...testEnvironment(), DATABASE_URL: databaseUrl };
    const { secretKey, authSecret } = loadSettings(env);
    runtime = openWebRuntime({ databaseUrl, secretKey, authSecret, hostName: "mx.posthorn.test" });
    web = await startWebProcess(env);
    const ours = await newDomain(runtime, "ours.example");
    await newMailbox(runtime, "ann", "ours.example");
    theirs = await makeTheirs(runtime);
    const passwordHash = await hashPassword(PASSWORD);
    const people: Pick<NewUser, "email" | "role" | "domainId">[] = [
      { email: "operator@people.example", role: "operator", domainId: null },
      { email: "admin@people.example", role: "domain_admin", domainId: ours },
      { email: "auditor@people.example", role: "auditor", domainId: ours },
    ];
    for (const one of people)
      await createUser(runtime.service.prisma, { ...one, name: "", passwordHash, locale: "en" });
    cookies.set("nobody", "").set("a made-up cookie", MADE_UP);
    for (const address of ["ann@ours.example", ...people.map(({ email }) => email)])
      cookies.set(address, await signIn(web, address));
  });
  after(async () => {
    await web?.stop();
    await runtime?.close();
  });

  const cookieOf = (who: string) => cookies.get(who) ?? assert.fail(who);
  const others = ["ann@ours.example", "admin@people.example", "auditor@people.example"];

  for (const who of ["nobody", "a made-up cookie"]) {
    test(`${who} sees no page but the door`, async () => {
      for (const page of pages()) {
        const { status, location, text } = await get(web, place(page, theirs), cookieOf(who));
        assert.doesNotMatch(text, SECRETS, page);
        if (OPEN.has(page)) continue;
        assert.ok([303, 307, 401].includes(status), `${page} answered ${status}`);
        if (status !== 401) assert.match(location, /\/sign-in/, page);
      }
    });
  }

  test("the icon that browsers ask for by habit is there for everybody", async () => {
    for (const path of ["/favicon.ico", "/icon.svg"])
      assert.equal((await get(web, path, "")).status, 200, path);
  });

  for (const who of others) {
    test(`${who} sees nothing of another domain`, async () => {
      for (const page of pages()) {
        const { status, text } = await get(web, place(page, theirs), cookieOf(who));
        assert.doesNotMatch(text, SECRETS, page);
        assert.doesNotMatch(text, /bob@|team@theirs/, page);
        if (/\[(domain|id)\]/.test(page)) assert.equal(status, 404, page);
      }
    });
  }

  for (const who of ["nobody", "a made-up cookie", ...others]) {
    test(`no action of ${who} changes anything of theirs`, async () => {
      const kept = await stateOf(runtime);
      for (const [id, { name, page }] of actions()) {
        if (name === "signOutAction") continue; // it ends the tour, and nothing else
        const text = await act(web, {
          id,
          page: place(page, theirs),
          theirs,
          cookie: cookieOf(who),
        });
        assert.doesNotMatch(text, SECRETS, name);
        assert.deepEqual(await stateOf(runtime), kept, name);
      }
    });
  }

  test("the tour is no dry run: an operator's same words do change something", async () => {
    const changed = new Set<string>();
    for (const [id, { name, page }] of actions()) {
      if (!DOES.includes(name)) continue;
      const kept = await stateOf(runtime);
      const cookie = cookieOf("operator@people.example");
      await act(web, { id, page: place(page, theirs), theirs, cookie });
      if (!isDeepStrictEqual(await stateOf(runtime), kept)) changed.add(name);
    }
    assert.deepEqual([...changed].sort(), DOES);
  });

  test("records and checks as JSON, for who may read the domain; a refusal is a problem in JSON", async () => {
    const path = `/api/domains/${THEIRS}/checks`;
    const { status, text } = await get(web, path, cookieOf("operator@people.example"));
    const answer = JSON.parse(text);
    assert.deepEqual(
      [status, answer.domain, answer.result, answer.checkedAt, answer.checks],
      [200, THEIRS, "couldNotCheck", null, []],
    );
    const mx = answer.records.find(({ id }: { id: string }) => id === "mx");
    assert.deepEqual([mx.name, mx.type, mx.value], [THEIRS, "MX", "10 mx.posthorn.test"]);
    for (const [who, wanted] of [
      ["nobody", 401],
      ["admin@people.example", 404],
    ] as const) {
      const refusal = await get(web, path, cookieOf(who));
      assert.deepEqual([refusal.status, JSON.parse(refusal.text).status], [wanted, wanted]);
    }
  });

  test("an action from another site is refused before it runs", async () => {
    const kept = await stateOf(runtime);
    for (const [id, { page }] of actions()) {
      const cookie = cookieOf("operator@people.example");
      const origin = "https://elsewhere.example";
      await act(web, { id, page: place(page, theirs), theirs, cookie, origin });
    }
    assert.deepEqual(await stateOf(runtime), kept);
  });

  test("guesses at one door count at the other: the form and next-auth's route", async () => {
    const guess = (address: string, password: string) => signInByRoute(web, address, password);
    const right = "auditor@people.example";
    assert.match(await guess(right, PASSWORD), /session-token|posthorn=/, "the route lets in");
    for (let i = 0; i < 6; i++) await postSignIn(web, right, "a wrong guess");
    assert.doesNotMatch(await guess(right, PASSWORD), /posthorn=/, "and now it has to wait");
  });

  test("scripts are not told the id of the session, and signing out by next-auth ends the row", async () => {
    const cookie = await signIn(web, "ann@ours.example");
    const session = await get(web, "/api/auth/session", cookie);
    assert.doesNotMatch(session.text, /sid/);
    const csrf = await fetch(`${web.http}/api/auth/csrf`, { headers: { cookie } });
    const { csrfToken } = (await csrf.json()) as { csrfToken: string };
    const own = csrf.headers.getSetCookie().map((line) => line.split(";")[0]);
    await fetch(`${web.http}/api/auth/signout`, {
      method: "POST",
      headers: { cookie: [cookie, ...own].join("; ") },
      body: new URLSearchParams({ csrfToken }),
      redirect: "manual",
    });
    assert.equal(
      (await get(web, "/me", cookie)).status,
      307,
      "a copy of the cookie is worth nothing",
    );
  });
});

async function makeTheirs(runtime: WebRuntime): Promise<Names> {
  await newDomain(runtime, THEIRS);
  const mailboxId = await newMailbox(runtime, "bob", THEIRS);
  const { service } = runtime;
  const alias = { domain: THEIRS, localPart: "team", targets: [`bob@${THEIRS}`] };
  const made = await createAlias(service, cliActor, alias);
  const message = { domain: THEIRS, to: "bob@elsewhere.example", language: "en" } as const;
  const asked = await requestTestMessage(service, cliActor, message);
  const app = { mailboxId, name: "bob@ phone", protocols: ["imap" as const], days: null };
  const password = await createAppPassword(service, cliActor, app);
  assert.ok(made.outcome === "done" && asked.outcome === "done" && password.outcome === "done");
  const { appPasswordId } = password;
  const [key] = (await getSigningKeys(service, cliActor, THEIRS))?.keys ?? [];
  const keyId = key?.id ?? assert.fail("no key");
  return { mailboxId, aliasId: made.aliasId, jobId: asked.jobId, appPasswordId, keyId };
}

/** Every page and route of the tree, as its folders name it. */
function pages(): string[] {
  const files = readdirSync(`${ROOT}/app`, { recursive: true, encoding: "utf8" });
  return files.flatMap((file) => {
    const path = /^(.*?)\/?(?:page|route)\.tsx?$/.exec(file)?.[1];
    if (path === undefined) return [];
    return [
      `/${path
        .split("/")
        .filter((part) => !/^[(_]/.test(part))
        .join("/")}`,
    ];
  });
}

interface Manifest {
  readonly node: Readonly<
    Record<
      string,
      { readonly exportedName: string; readonly workers: Readonly<Record<string, unknown>> }
    >
  >;
}

/** Every server action of the build: its id, its name, and a page that it may be sent to. */
function actions(): Map<string, { name: string; page: string }> {
  const text = readFileSync(`${ROOT}/.next/server/server-reference-manifest.json`, "utf8");
  const manifest = JSON.parse(text) as Manifest; // Next's own file; a changed shape fails below
  const found = Object.entries(manifest.node).map(([id, { exportedName, workers }]) => {
    const worker = Object.keys(workers)[0] ?? assert.fail(exportedName);
    const parts = worker.split("/").slice(1, -1);
    const page = `/${parts.filter((part) => !part.startsWith("(")).join("/")}`;
    return [id, { name: exportedName, page }] as const;
  });
  assert.ok(found.length >= 15, "the build lists its actions");
  return new Map(found);
}

const place = (page: string, { mailboxId, jobId, keyId }: Names) =>
  page
    .replace("[domain]", THEIRS)
    .replace("[key]", keyId)
    .replace("/work/[id]", `/work/${jobId}`)
    .replace("[id]", mailboxId)
    .replace("[...nextauth]", "session");

async function get(web: WebProcess, path: string, cookie: string) {
  const headers = { cookie };
  const signal = AbortSignal.timeout(20_000);
  const answer = await fetch(web.http + path, { headers, redirect: "manual", signal });
  const location = answer.headers.get("location") ?? "";
  const streams = answer.headers.get("content-type")?.startsWith("text/event-stream");
  if (streams) await answer.body?.cancel();
  return { status: answer.status, location, text: streams ? "" : await answer.text() };
}

interface Act {
  readonly id: string;
  readonly page: string;
  readonly theirs: Names;
  readonly cookie: string;
  readonly origin?: string;
}

/** Sends a form with every field that any form of ours has to an action, as browsers without script do. */
async function act(web: WebProcess, { id, page, theirs, cookie, origin }: Act): Promise<string> {
  const fields = {
    ...theirs,
    ...{ domain: THEIRS, localPart: "eve", targets: "eve@elsewhere.example" },
    ...{ quotaGib: "900", quotaMessages: "7" },
    ...{
      name: "stolen.example",
      displayName: "",
      hostName: "stolen.example",
      password: "a new long sentence",
    },
    ...{ to: "eve@elsewhere.example", token: "guess", email: "eve@elsewhere.example" },
    ...{ current: "not the password", sessionId: theirs.jobId, language: "en", theme: "dark" },
    ...{ address: `bob@${THEIRS}`, imap: "on", lifetime: "never" },
    ...{ kind: "pair", selector: "stolen", confirm: THEIRS, mode: "txt", rotateDays: "" },
    ...{ privateKey: "-----BEGIN PRIVATE KEY-----", rotationId: theirs.keyId },
  };
  // Most actions take the state before and the form, some the form alone: each gets both shapes.
  const state = [{ ok: null, message: "", errors: {}, values: {} }];
  const bound = {
    $ACTION_REF_1: "",
    "$ACTION_1:0": JSON.stringify({ id, bound: "$@1" }),
    "$ACTION_1:1": JSON.stringify(state),
  };
  const texts: string[] = [];
  for (const marks of [bound, { [`$ACTION_ID_${id}`]: "" }]) {
    const body = new FormData();
    for (const [name, value] of Object.entries({ ...marks, ...fields })) body.set(name, value);
    const headers = { cookie, origin: origin ?? web.http };
    const request = { method: "POST", headers, body, redirect: "manual" } as const;
    const answer = await fetch(web.http + page, request);
    texts.push(await answer.text());
  }
  return texts.join("\n");
}

/** Signs in by next-auth's own route; answers the cookies that it set. */
async function signInByRoute(web: WebProcess, address: string, password: string): Promise<string> {
  const csrf = await fetch(`${web.http}/api/auth/csrf`);
  const { csrfToken } = (await csrf.json()) as { csrfToken: string };
  const cookie = csrf.headers
    .getSetCookie()
    .map((line) => line.split(";")[0])
    .join("; ");
  const answer = await fetch(`${web.http}/api/auth/callback/credentials`, {
    method: "POST",
    headers: { cookie },
    body: new URLSearchParams({ csrfToken, address, password }),
    redirect: "manual",
  });
  return answer.headers.getSetCookie().join("\n");
}

/** Signs in by the form as a browser without script does; answers the cookie. */
async function signIn(web: WebProcess, address: string): Promise<string> {
  const answer = await postSignIn(web, address, PASSWORD);
  const [cookie] = answer.headers.getSetCookie();
  return cookie?.split(";")[0] ?? assert.fail(`${address} was not let in: ${answer.status}`);
}

async function postSignIn(web: WebProcess, address: string, password: string): Promise<Response> {
  const page = await (await fetch(`${web.http}/sign-in`)).text();
  const body = new FormData();
  for (const [input] of page.matchAll(/<input[^>]*type="hidden"[^>]*>/g)) {
    const read = (name: string) => new RegExp(`${name}="([^"]*)"`).exec(input)?.[1] ?? "";
    body.set(read("name"), read("value").replaceAll("&quot;", '"').replaceAll("&amp;", "&"));
  }
  body.set("address", address);
  body.set("password", password);
  const request = {
    method: "POST",
    headers: { origin: web.http },
    body,
    redirect: "manual",
  } as const;
  return fetch(`${web.http}/sign-in`, request);
}

/** All that an action could change, except sessions: those who act have their own. */
async function stateOf({ service: { prisma } }: WebRuntime) {
  const found = await Promise.all([
    prisma.domain.findMany({ orderBy: { id: "asc" } }),
    prisma.mailbox.findMany({
      orderBy: { id: "asc" },
      select: {
        ...{ id: true, passwordHash: true, scramSha256: true, suspendedAt: true },
        ...{ quotaBytes: true, quotaMessages: true },
      },
    }),
    prisma.alias.findMany({ orderBy: { id: "asc" } }),
    prisma.setting.findMany({ orderBy: { key: "asc" } }),
    prisma.job.findMany({ orderBy: { id: "asc" } }),
    prisma.user.findMany({ orderBy: { id: "asc" } }),
    prisma.auditEntry.count(),
    prisma.appPassword.findMany({ orderBy: { id: "asc" } }),
    prisma.deviceLink.count(),
    prisma.dkimKey.findMany({ orderBy: { id: "asc" } }),
  ]);
  const [domains, boxes, aliases, settings, jobs, users, audit, apps, links, keys] = found;
  return { domains, boxes, aliases, settings, jobs, users, audit, apps, links, keys };
}
