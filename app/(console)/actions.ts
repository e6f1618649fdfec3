"use server";

import { redirect } from "next/navigation";
import { endOwnSession } from "@/lib/dal/session.ts";

export async function signOutAction(): Promise<void> {
  await endOwnSession();
  redirect("/sign-in?out=1");
}
