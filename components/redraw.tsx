"use client";

/** Has the server draw a page again that has no session, hence no stream of news, while it is visible. */
import { useEffect } from "react";
import { useRouter } from "next/navigation";

export function Redraw({ everySeconds }: { everySeconds: number }) {
  const router = useRouter();
  useEffect(() => {
    const draw = () => document.visibilityState === "visible" && router.refresh();
    const timer = setInterval(draw, everySeconds * 1000);
    document.addEventListener("visibilitychange", draw);
    return () => {
      clearInterval(timer);
      document.removeEventListener("visibilitychange", draw);
    };
  }, [router, everySeconds]);
  return null;
}
