/**
 * Who is asking: cookie → session row → actor. The one place (with auth-options.ts and its route) that
 * knows next-auth. Every view and every action of the DAL starts with `requireSignedIn`.
 */
import "server-only";
import { cache } from "react";
import { cookies } from "next/headers";
import { redirect } from "next/navigation";
import { getServerSession } from "next-auth";
import { encode } from "next-auth/jwt";
import type { SignIn } from "@/lib/schemas/forms.ts";
import type { Actor } from "@/lib/service/actor.ts";
import * as service from "@/lib/service/sign-in.ts";
import type { SignedIn } from "@/lib/service/sign-in.ts";
import { authOptions, cookieName, cookieOptions } from "./auth-options.ts";
import { isSecure, visitor } from "./request.ts";
import { runtime } from "./service.ts";

/** Null for strangers. Asked once per render; actions and routes ask anew. */
export const getSignedIn = cache(async (): Promise<SignedIn | null> => {
  const session: unknown = await getServerSession(authOptions(await isSecure()));
  const sid = typeof session === "object" && session !== null && Reflect.get(session, "sid");
  if (typeof sid !== "string") return null;
  const { remoteIp } = await visitor();
  return service.resolveSession(runtime().service, sid, remoteIp);
});

/** Sends strangers to the sign-in page. */
export async function requireSignedIn(): Promise<SignedIn> {
  const me = await getSignedIn();
  if (!me) redirect("/sign-in?ended=1");
  return me;
}

export async function requireActor(): Promise<Actor> {
  return (await requireSignedIn()).actor;
}

/** Signs in from a form, with or without JavaScript; sets the cookie that next-auth reads. */
export async function startSession(input: SignIn): Promise<service.SignInOutcome> {
  const result = await service.signIn(runtime().service, input, await visitor());
  if (result.outcome !== "done") return result;
  const secure = await isSecure();
  const options = cookieOptions(secure);
  const secret = runtime().authSecret;
  const token = await encode({ token: { sid: result.sessionId }, secret, maxAge: options.maxAge });
  (await cookies()).set(cookieName(secure), token, options);
  return result;
}

export async function endOwnSession(): Promise<void> {
  const me = await getSignedIn();
  if (me) await service.signOut(runtime().service, me);
  const jar = await cookies();
  for (const secure of [true, false])
    jar.set(cookieName(secure), "", { ...cookieOptions(secure), maxAge: 0 });
}
