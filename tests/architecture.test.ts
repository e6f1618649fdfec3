import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { test } from "node:test";

/** The layers and what each may import (ARCHITECTURE.md). Anything else is a failing test. */
const MAY_IMPORT: Record<string, string[]> = {
  "lib/codec": [],
  "lib/mail": ["lib/codec"],
  "lib/schemas": ["lib/mail"],
  "lib/storage": ["lib/mail", "lib/codec", "prisma/generated"],
  "lib/jobs": ["lib/mail", "lib/storage", "prisma/generated"],
  "lib/service": ["lib/mail", "lib/schemas", "lib/storage", "lib/jobs"],
  "lib/dal": [
    "lib/mail",
    "lib/schemas",
    "lib/storage",
    "lib/jobs",
    "lib/service",
    "lib/settings",
    "lib/i18n",
  ],
  "lib/i18n": ["lib/mail"],
  "lib/settings": [],
  "lib/embedded": ["lib/settings"],
  engine: ["lib/codec", "lib/mail", "lib/storage", "lib/jobs", "lib/settings", "lib/i18n"],
  cli: [
    "lib/mail",
    "lib/schemas",
    "lib/storage",
    "lib/jobs",
    "lib/service",
    "lib/settings",
    "lib/embedded",
    "lib/i18n",
  ],
  server: ["lib/codec", "lib/mail", "lib/storage", "lib/service", "lib/settings"],
  components: ["lib/schemas", "lib/i18n"],
  app: ["lib/dal", "lib/schemas", "lib/i18n", "components"],
};

const LAYERS = [...Object.keys(MAY_IMPORT), "prisma/generated"].sort((a, b) => b.length - a.length);
const layerOf = (path: string) => LAYERS.find((layer) => path.startsWith(`${layer}/`));

for (const [layer, below] of Object.entries(MAY_IMPORT)) {
  test(`${layer} imports only what lies below it`, () => {
    if (!existsSync(layer)) return;
    const names = readdirSync(layer, { recursive: true, encoding: "utf8" });
    for (const name of names.filter((n) => /\.tsx?$/.test(n) && !n.includes(".test."))) {
      const file = join(layer, name);
      for (const [, spec] of readFileSync(file, "utf8").matchAll(
        /(?:from|import)\s*\(?\s*"(@\/[^"]+|\.[^"]+)"/g,
      )) {
        const path = spec!.startsWith("@/")
          ? spec!.slice(2)
          : normalize(join(dirname(file), spec!));
        const target = layerOf(path);
        if (target && target !== layer)
          assert.ok(below.includes(target), `${file} imports ${spec}`);
      }
    }
  });
}
