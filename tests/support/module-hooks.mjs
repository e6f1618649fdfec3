/**
 * What Next's bundler does for the web's modules, for tests in plain Node: `server-only` is empty
 * instead of throwing, and `@/…` means the root of the tree.
 */
import { existsSync } from "node:fs";
import { registerHooks } from "node:module";
import { fileURLToPath } from "node:url";

const root = new URL("../../", import.meta.url);
const ENDINGS = ["", ".ts", ".tsx", "/index.ts"];

registerHooks({
  resolve(specifier, context, next) {
    if (specifier === "server-only") {
      return { url: "data:text/javascript,", format: "module", shortCircuit: true };
    }
    if (!specifier.startsWith("@/")) return next(specifier, context);
    const candidates = ENDINGS.map((ending) => new URL(specifier.slice(2) + ending, root));
    const found = candidates.find(
      (url) => /\.\w+$/.test(url.pathname) && existsSync(fileURLToPath(url)),
    );
    return next(found?.href ?? specifier, context);
  },
});
