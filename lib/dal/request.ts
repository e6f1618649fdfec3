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
