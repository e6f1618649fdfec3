"use client";

import { useState } from "react";
import { SignInWatch } from "./sign-in-watch.tsx";

interface Props {
  /** When a mail program last signed in, as an ISO time; null: never. */
  readonly lastAt: string | null;
  readonly waiting: string;
  readonly seen: string;
}

/** Turns green at the first sign-in after this page was opened: news draw the page again (LiveNews). */
export function FirstSignIn({ lastAt, waiting, seen }: Props) {
  const [before] = useState(lastAt);
  return <SignInWatch seen={lastAt === before ? null : seen} waiting={waiting} />;
}
