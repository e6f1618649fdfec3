/** Every code and reason of publishing has its sentence in both languages, with the same parameters. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { PublishError, PUBLISH_CODES } from "../../engine/publish/error.ts";
import { HOST_TRAPS } from "../mail/dns/dns-hosts.ts";
import { en, zh } from "./publish.ts";

const names = (text: string) => [...text.matchAll(/\{(\w+)/g)].map(([, name]) => name).sort();
const texts: Record<string, string> = en;
const chinese: Record<string, string> = zh;

test("each code of an error has a sentence that says at least what the log says", () => {
  for (const code of PUBLISH_CODES) {
    const key = `publish.error.${code}`;
    assert.ok(texts[key], key);
    const params = Object.fromEntries(
      [
        "name",
        "type",
        "server",
        "zone",
        "address",
        "key",
        "seconds",
        "rcode",
        "status",
        "text",
        "url",
      ].map((name) => [name, `<${name}>`]),
    );
    const said = [...new PublishError(code, params).message.matchAll(/<(\w+)>/g)].map(
      ([, name]) => name,
    );
    for (const name of said) assert.ok(names(texts[key] ?? "").includes(name), `${key} {${name}}`);
    assert.deepEqual(names(chinese[key] ?? ""), names(texts[key] ?? ""), key);
  }
});

test("each trap of a DNS host has a sentence", () => {
  for (const trap of HOST_TRAPS)
    assert.ok(texts[`publish.trap.${trap}`] && chinese[`publish.trap.${trap}`]);
});
