"use client";

/** Says every now and then that the page of a domain (null: of the server) is open and visible, so that the engine looks more often. */
import { useEffect } from "react";

/** The server counts a page as open for twice as long. */
const EVERY_MS = 20_000;

export function Viewed({ domain }: { domain: string | null }) {
  useEffect(() => {
    const say = () => {
      if (document.visibilityState !== "visible") return;
      // What does not arrive is said again; nothing on the page depends on it.
      fetch("/api/viewed", {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ domain }),
      }).catch(() => {});
    };
    say();
    const timer = setInterval(say, EVERY_MS);
    document.addEventListener("visibilitychange", say);
    return () => {
      clearInterval(timer);
      document.removeEventListener("visibilitychange", say);
    };
  }, [domain]);
  return null;
}
