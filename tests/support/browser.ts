/** A Chromium with an eye on what must never happen: console errors, policy violations, page errors. */
import assert from "node:assert/strict";
import AxeBuilder from "@axe-core/playwright";
import { chromium, type Browser, type BrowserContextOptions, type Page } from "playwright-core";
import { findChromium } from "./tools.ts";

export async function openBrowser(): Promise<Browser> {
  const executablePath = findChromium();
  assert.ok(executablePath, "no Chromium");
  return chromium.launch({ executablePath, args: ["--no-sandbox"] }); // containers have no user namespaces
}

/** How long a page may take on a busy machine. */
const PATIENCE_MS = 20_000;

export interface WatchedPage {
  readonly page: Page;
  /** What went wrong so far; emptied by reading. */
  problems(): string[];
}

export async function openPage(
  browser: Browser,
  options: BrowserContextOptions = {},
): Promise<WatchedPage> {
  const context = await browser.newContext({ ignoreHTTPSErrors: true, ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE_MS);
  let seen: string[] = [];
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type()))
      seen.push(
        `${message.type()} at ${page.url()}: ${message.text()} (${message.location().url})`,
      );
  });
  page.on("pageerror", (error) => seen.push(`exception at ${page.url()}: ${error.message}`));
  return {
    page,
    problems() {
      const all = seen;
      seen = [];
      return all;
    },
  };
}

const WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
/** WCAG 1.4.10: no sideways scrolling at this width. */
const NARROW = { width: 320, height: 640 };

/** What holds for every page: one h1, a title of its own, axe content, and room on a small phone. */
export async function checkPage(
  { page, problems }: WatchedPage,
  titles: Set<string>,
): Promise<void> {
  const where = page.url();
  await page.waitForFunction(() => document.title !== "");
  const title = await page.title();
  assert.match(title, /Posthorn/, where);
  assert.ok(!titles.has(title), `two pages are called "${title}"`);
  titles.add(title);
  assert.equal(await page.locator("h1").count(), 1, `h1 of ${where}`);

  const { violations } = await new AxeBuilder({ page }).withTags(WCAG).analyze();
  const told = violations.map(({ id, nodes }) => `${id}: ${nodes.map((n) => n.html).join(" | ")}`);
  assert.deepEqual(told, [], where);

  const wide = page.viewportSize();
  await page.setViewportSize(NARROW);
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  assert.ok(overflow <= 0, `${where} is ${overflow} px too wide at 320 px: ${await widest(page)}`);
  if (wide) await page.setViewportSize(wide);
  assert.deepEqual(problems(), []);
}

/** What reaches past the edge, innermost last; what scrolls within its own box does not count. */
const widest = (page: Page) =>
  page.evaluate(() =>
    [...document.querySelectorAll("body *")]
      .filter((element) => element.getBoundingClientRect().right > innerWidth)
      .filter((element) => !element.closest(".overflow-x-auto"))
      .slice(-3)
      .map((element) => element.outerHTML.slice(0, 200))
      .join(" | "),
  );
