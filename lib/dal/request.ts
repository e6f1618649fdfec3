/** What the request says about the visitor. server.ts sets these headers itself and drops forged ones. */
import "server-only";
import { headers } from "next/headers";
import type { Visitor } from "@/lib/service/sign-in.ts";

export async function visitor(): Promise<Visitor> {
  const all = await headers();
  return {
    remoteIp: all.get("x-forwarded-for")?.split(",")[0]?.trim() ?? null,
    userAgent: all.get("user-agent"),
  };
}

export async function isSecure(): Promise<boolean> {
  return (await headers()).get("x-forwarded-proto") === "https";
}

/**
 * As this browser reached us; other devices may not (`onlyHere`). In clear, what holds a password goes no
 * further than this machine (`safe`).
 */
export async function origin() {
  const host = (await headers()).get("host") ?? "";
  const name = host.replace(/:\d+$/, "").toLowerCase();
  const onlyHere = name === "localhost" || name.startsWith("127.") || name === "[::1]";
  const secure = await isSecure();
  return {
    url: `${secure ? "https" : "http"}://${host}`,
    host,
    onlyHere,
    safe: secure || onlyHere,
  };
}
