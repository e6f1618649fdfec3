/**
 * next-auth, as little of it as we need: an encrypted cookie that holds the id of a `session` row, and
 * its routes. Credentials can only use JWTs (next-auth 4), so the row is asked at every request
 * (session.ts): sign-out, suspension and "sign out all devices" count at once.
 */
import "server-only";
import type { NextAuthOptions } from "next-auth";
import Credentials from "next-auth/providers/credentials";
import { SignIn } from "@/lib/schemas/forms.ts";
import { signIn } from "@/lib/service/sign-in.ts";
import { visitor } from "./request.ts";
import { runtime } from "./service.ts";

/** The row's own expiry is what counts; the cookie only must not end before it. */
const MAX_AGE_SECONDS = 7 * 24 * 3600;

/** __Host-: only over https, only this host, only path "/" (RFC 6265bis §4.1.3.2). */
export const cookieName = (secure: boolean) => (secure ? "__Host-posthorn" : "posthorn");

export const cookieOptions = (secure: boolean) =>
  ({ httpOnly: true, sameSite: "lax", path: "/", secure, maxAge: MAX_AGE_SECONDS }) as const;

export function authOptions(secure: boolean): NextAuthOptions {
  const name = cookieName(secure);
  return {
    secret: runtime().authSecret,
    session: { strategy: "jwt", maxAge: MAX_AGE_SECONDS },
    useSecureCookies: secure,
    cookies: { sessionToken: { name, options: cookieOptions(secure) } },
    pages: { signIn: "/sign-in", signOut: "/sign-in", error: "/sign-in" },
    providers: [
      Credentials({
        credentials: { address: {}, password: {} },
        async authorize(given) {
          const input = SignIn.safeParse(given);
          if (!input.success) return null;
          const result = await signIn(runtime().service, input.data, await visitor());
          return result.outcome === "done" ? { id: result.sessionId } : null;
        },
      }),
    ],
    callbacks: {
      // At sign-in `user.id` is the session row's id (authorize, above); nothing else goes in.
      jwt: ({ token, user }) => (user ? { sid: user.id } : { sid: token["sid"] }),
      session: ({ session, token }) => Object.assign(session, { sid: token["sid"] }),
    },
    logger: { error: () => undefined, warn: () => undefined, debug: () => undefined },
  };
}
