/**
 * Walks package-lock.json and fails on a licence that binds those who use or pass on Posthorn.
 * Permissive licences pass; an exception names the package, how it is used, and why that is harmless.
 */
import { readFileSync } from "node:fs";

const PERMISSIVE = new Set([
  ...["MIT", "MIT-0", "ISC", "0BSD", "BSD-2-Clause", "BSD-3-Clause", "Apache-2.0", "BlueOak-1.0.0"],
  ...["Unlicense", "CC0-1.0", "CC-BY-4.0", "Python-2.0"],
]);

/** [packages, licences they may have, reason] */
const EXCEPTIONS = [
  [
    /^(@axe-core\/playwright|axe-core)$/,
    /^MPL-2\.0$/,
    "tests only: a development dependency, never shipped",
    { devOnly: true },
  ],
  [
    /^lightningcss(-|$)/,
    /^MPL-2\.0$/,
    "build time: Tailwind writes the style sheet with it; unchanged, not part of what is served",
  ],
  [
    /^@img\/sharp/,
    /LGPL-3\.0-or-later/,
    "optional part of Next that we never load (no image optimisation); a library of its own, unchanged",
  ],
  [/^elkjs$/, /^EPL-2\.0$/, "inside Prisma's CLI (its Studio): a build tool, never loaded by us"],
  [/^seq-queue$/, /^unknown$/, "MIT by its LICENSE file; its package.json does not say"],
];

/** SPDX: one side of an OR is enough, of an AND all must pass. "and" is how some write it. */
function isPermissive(expression) {
  const plain = expression.replace(/[()]/g, "");
  return plain
    .split(/\s+or\s+/i)
    .some((choice) => choice.split(/\s+and\s+/i).every((id) => PERMISSIVE.has(id.trim())));
}

function exceptionFor({ name, licence, dev }) {
  return EXCEPTIONS.find(
    ([names, licences, , limits]) =>
      names.test(name) && licences.test(licence) && (dev || !limits?.devOnly),
  );
}

const lock = JSON.parse(readFileSync(new URL("../package-lock.json", import.meta.url), "utf8"));
const packages = Object.entries(lock.packages)
  .filter(([path]) => path !== "")
  .map(([path, entry]) => ({
    name: entry.name ?? path.replace(/^.*node_modules\//, ""),
    version: entry.version,
    licence: typeof entry.license === "string" ? entry.license : "unknown",
    dev: entry.dev === true,
  }));
const bound = packages.filter((entry) => !isPermissive(entry.licence));
const refused = bound.filter((entry) => !exceptionFor(entry));

for (const { name, version, licence, dev } of refused) {
  console.error(`${name}@${version}: ${licence}${dev ? " (development)" : ""}`);
}
if (refused.length > 0) {
  console.error(`\n${refused.length} package(s) with a licence that is not on our list.`);
  process.exit(1);
}
console.log(
  `${packages.length} packages: all permissive, ${bound.length} by a reasoned exception.`,
);
