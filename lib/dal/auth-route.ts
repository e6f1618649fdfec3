/**
 * next-auth's request handler with our options, computed for the scheme of the request. What it tells
 * scripts ("/api/auth/session") has no session id, and signing out there ends the row as well.
 */
import "server-only";
import NextAuth from "next-auth";
import type { JWT } from "next-auth/jwt";
import type { NextRequest } from "next/server";
import { authOptions } from "./auth-options.ts";
import { resolveSession, signOut } from "@/lib/service/sign-in.ts";
import { isSecure } from "./request.ts";
import { runtime } from "./service.ts";

type Context = { params: Promise<{ nextauth: string[] }> };

export async function authRoute(request: NextRequest, context: Context): Promise<Response> {
  const options = authOptions(await isSecure());
  const handler: unknown = await NextAuth(request as never, context as never, {
    ...options,
    callbacks: { ...options.callbacks, session: ({ session }) => session },
    events: { signOut: ({ token }) => endSessionOf(token) },
  });
  return handler as Response; // next-auth 4 types its app-router form as `any`
}

async function endSessionOf(token: JWT | null): Promise<void> {
  const { service } = runtime();
  const sid = token?.["sid"];
  const me = typeof sid === "string" ? await resolveSession(service, sid, null) : null;
  if (me) await signOut(service, me);
}
