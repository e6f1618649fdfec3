/** Records come from strangers: whatever bytes they hold, parsers answer, and at once. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { parseBimi } from "./bimi.ts";
import { parseCaaIssue, whyNotIssued } from "./caa.ts";
import { isMeant, mangledReason } from "./checks/mangled.ts";
import { isDkim, parseDkim } from "./dkim-record.ts";
import { mendDmarc } from "./dmarc-mend.ts";
import { isDmarc, parseDmarc } from "./dmarc-record.ts";
import { parseReportUris } from "./report-uri.ts";
import { mergeSpf } from "./spf-merge.ts";
import { expandDomain } from "./spf/macro.ts";
import { isSpfRecord, parseSpf } from "./spf/record.ts";
import { isSts, parseStsRecord } from "./sts-record.ts";
import { isTlsReports, parseTlsReports } from "./tls-report-record.ts";

const SEEDS = [
  "v=spf1 a:mail.x.example/24//64 mx include:%{ir}._spf.%{d2} ip4:192.0.2.0/24 ip6:2001:db8::/32 redirect=a.b -all",
  "v=DKIM1; k=rsa; t=y:s; h=sha256; p=MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A; n=note",
  "v=DMARC1; p=quarantine; sp=none; np=reject; t=y; psd=n; pct=5; rua=mailto:a%2Cb@x.example!10m; fo=1:d",
  "v=STSv1; id=20261123T071200;",
  "v=TLSRPTv1; rua=mailto:a@b.example,https://x.example/r",
  "letsencrypt.org; accounturi=https://x.example/1; validationmethods=http-01,dns-01",
  "v=BIMI1; l=https://x.example/l.svg; a=;",
];
const PIECES = [
  ..."\0\t\n \"'\\;:=,.%{}/+-~?_@!<>[]()|&*#$^`éß“”\u{1f600}\ufffd0aZ",
  ...SEEDS,
  "%{",
  "//",
  ";;",
  "v=",
  "p=",
];
const ENDS = 15_000;
/** Far above what any of them takes; a pattern that runs away takes minutes. */
const MAX_MS = 500;
/** Of the processor: the machine may be busy with something else. */
const cpuMs = (since: NodeJS.CpuUsage) => process.cpuUsage(since).user / 1000;

function mutate(text: string, next: (n: number) => number): string {
  let mutated = text;
  for (let count = 1 + next(4); count > 0; count--) {
    const at = next(mutated.length + 1);
    const piece = PIECES[next(PIECES.length)] ?? "";
    const cut = next(3) === 0 ? next(12) : 0;
    mutated = mutated.slice(0, at) + (next(3) === 0 ? "" : piece) + mutated.slice(at + cut);
  }
  return mutated;
}

/** Runs every parser; answers what it says so that its promises can be tested. */
function readAll(text: string): void {
  const spf = parseSpf(text);
  assert.ok((spf.terms === null) !== (spf.problem === null));
  const dkim = parseDkim(text);
  assert.ok((dkim.record === null) !== (dkim.problem === null));
  assert.ok(dkim.record === null || dkim.record.bits === null || dkim.record.bits > 0);
  const dmarc = parseDmarc(text);
  assert.ok((dmarc.record === null) !== (dmarc.problem === null));
  const mended = mendDmarc(text, "v=DMARC1; p=reject; rua=mailto:a@b.example");
  const again = parseDmarc(mended).record;
  assert.ok(again?.p === "reject" && again.obsolete.length === 0, mended);
  assert.ok(
    again.rua.uris.some(({ address }) => address === "a@b.example"),
    mended,
  );
  parseStsRecord(text);
  parseTlsReports(text);
  parseBimi(text);
  parseReportUris(text);
  parseCaaIssue(text);
  whyNotIssued(text, {
    issuer: "letsencrypt.org",
    accountUri: "x",
    validationMethods: ["http-01"],
  });
  for (const is of [isSpfRecord, isDkim, isDmarc, isSts, isTlsReports]) is(text);
  for (const seed of SEEDS) mangledReason(seed, text);
  isMeant("v=spf1", text);
  mergeSpf([text], "v=spf1 a:x.example -all");
  const values = {
    ip: "192.0.2.1",
    sender: "a@b.example",
    helo: "h",
    domain: "d.example",
    validated: "",
  };
  assert.ok(expandDomain(text, values).length <= Math.max(253, text.length * 64));
}

test("no text makes a parser throw or hang", () => {
  let state = 20_261_125;
  const next = (n: number) => (state = (state * 1_103_515_245 + 12_345) % 2 ** 31) % n;
  for (let round = 0; round < ENDS; round++) {
    const text = mutate(SEEDS[next(SEEDS.length)] ?? "", next);
    const start = process.cpuUsage();
    readAll(text);
    assert.ok(cpuMs(start) < MAX_MS, JSON.stringify(text));
  }
});

test("the longest records that DNS can carry are read in no time", () => {
  for (const unit of [
    "a",
    " ",
    ";",
    "=",
    "%",
    "%{d}",
    ".",
    "/",
    "a.",
    "1",
    ",",
    "mailto:a@b.c,",
    "a:",
    "\\;",
    "v=spf1 ",
    "include:a.b ",
  ]) {
    for (const head of [
      "",
      "v=spf1 ",
      "v=spf1 a:",
      "v=DMARC1; rua=",
      "v=DKIM1; p=",
      "v=STSv1; id=",
      "ca.example; x=",
    ]) {
      // What ends differently shows patterns that go back to try again.
      for (const end of ["", "x", "\rx"]) {
        const text = (head + unit.repeat(65_535)).slice(0, 65_000) + end;
        const start = process.cpuUsage();
        readAll(text);
        const ms = cpuMs(start);
        assert.ok(ms < 2_000, `${head}${unit}…${end}: ${Math.round(ms)} ms`);
      }
    }
  }
});
