/**
 * A console with an operator, in a browser, for tests of screens: the real web process on a database of its
 * own, without an engine unless a test starts one.
 *
 *   const desk = await startConsole();
 *   const watched = await desk.open({ look: "phone", language: "zh", theme: "dark" });
 *   await desk.shot(watched.page, "policies");        // to SHOTS=folder, for people who look
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { hashPassword } from "../../lib/mail/password.ts";
import { openWebRuntime, type WebRuntime } from "../../lib/service/web-runtime.ts";
import { createUser } from "../../lib/storage/users.ts";
import { openBrowser, openPage, type WatchedPage } from "./browser.ts";
import { testDatabase } from "./database.ts";
import { testEnvironment } from "./settings.ts";
import { startWebProcess, type WebProcess } from "./web-process.ts";

const OPERATOR = { address: "mei@people.example", password: "battery staple nine" };
const LOOKS = {
  desk: { viewport: { width: 1280, height: 800 } },
  phone: { viewport: { width: 375, height: 740 }, hasTouch: true },
} as const;

export interface OpenOptions {
  readonly look?: keyof typeof LOOKS;
  readonly language?: "en" | "zh";
  readonly theme?: "light" | "dark";
  /** Another account than the operator's. */
  readonly who?: { readonly address: string; readonly password: string };
  readonly script?: boolean;
}

export interface TestConsole {
  readonly web: WebProcess;
  /** The environment of its processes: for an engine beside it. */
  readonly env: Record<string, string>;
  readonly runtime: WebRuntime;
  readonly browser: Browser;
  /** A page that is signed in, at /home or /me. */
  open(options?: OpenOptions): Promise<WatchedPage>;
  /** The whole page as a picture, when the environment variable SHOTS names a folder. */
  shot(page: Page, name: string): Promise<void>;
  stop(): Promise<void>;
}

/** `dns`: where its processes ask; as `testEnvironment`. */
export async function startConsole(
  over: Record<string, string> = {},
  dns?: string,
): Promise<TestConsole> {
  const { url } = await testDatabase();
  const env: Record<string, string> = { ...testEnvironment(dns), DATABASE_URL: url, ...over };
  const runtime = openWebRuntime({
    databaseUrl: url,
    poolSize: 3,
    secretKey: Buffer.from(env["POSTHORN_SECRET_KEY"] ?? "", "base64"),
    authSecret: "",
    hostName: env["MAIL_HOSTNAME"] ?? "",
  });
  const passwordHash = await hashPassword(OPERATOR.password);
  const person = { email: OPERATOR.address, name: "Mei", locale: "en", domainId: null };
  await createUser(runtime.service.prisma, { ...person, passwordHash, role: "operator" });
  const web = await startWebProcess(env);
  const browser = await openBrowser();
  const { host } = new URL(web.http);
  return {
    ...{ web, env, runtime, browser },
    async open({ look = "desk", language = "en", theme = "light", who, script = true } = {}) {
      const watched = await openPage(browser, {
        ...LOOKS[look],
        colorScheme: theme,
        javaScriptEnabled: script,
      });
      const { page } = watched;
      const domain = host.replace(/:\d+$/, "");
      const cookie = (name: string, value: string) => ({ name, value, domain, path: "/" });
      await page
        .context()
        .addCookies([cookie("console-language", language), cookie("console-theme", theme)]);
      await page.goto(`${web.http}/sign-in`);
      await page.fill("[name=address]", (who ?? OPERATOR).address);
      await page.fill("[name=password]", (who ?? OPERATOR).password);
      await page.click("main button");
      await page.waitForURL((at) => !at.pathname.startsWith("/sign-in"));
      return watched;
    },
    async shot(page, name) {
      const folder = process.env["SHOTS"];
      if (!folder) return;
      mkdirSync(folder, { recursive: true });
      await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
    },
    async stop() {
      await browser.close();
      await runtime.close();
      await web.stop();
    },
  };
}
