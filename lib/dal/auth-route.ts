/** next-auth's request handler with our options, computed for the scheme of the request. */
import "server-only";
import NextAuth from "next-auth";
import type { NextRequest } from "next/server";
import { authOptions } from "./auth-options.ts";
import { isSecure } from "./request.ts";

type Context = { params: Promise<{ nextauth: string[] }> };

export async function authRoute(request: NextRequest, context: Context): Promise<Response> {
  const handler: unknown = await NextAuth(
    request as never,
    context as never,
    authOptions(await isSecure()),
  );
  return handler as Response; // next-auth 4 types its app-router form as `any`
}
