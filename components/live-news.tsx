"use client";

/**
 * The page's one connection for news. What changed is drawn by the server again (`refresh`), so that a
 * page never shows what it was not allowed to read; here only the end of a job is said aloud.
 */
import { useEffect, useRef, useState } from "react";
import { useRouter } from "next/navigation";

interface Words {
  readonly done: string;
  readonly failed: string;
  readonly cancelled: string;
  readonly notLive: string;
}

interface JobNews {
  readonly id: string;
  readonly subject: string;
  readonly state: "waiting" | "running" | keyof Omit<Words, "notLive">;
}

/** Progress may come many times a second; a page is drawn at most this often. */
const GATHER_MS = 250;
/** The browser connects again by itself; only when that takes longer is it worth a word. */
const PATIENCE_MS = 10_000;

export function LiveNews({ words }: { words: Words }) {
  const router = useRouter();
  const [said, setSaid] = useState("");
  const [deaf, setDeaf] = useState(false);
  const engine = useRef<string | null>(null);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | null = null;
    const refresh = () => {
      timer ??= setTimeout(() => {
        timer = null;
        router.refresh();
      }, GATHER_MS);
    };
    const source = new EventSource("/api/events");
    source.addEventListener("job", (event: MessageEvent<string>) => {
      const job = JSON.parse(event.data) as JobNews; // written by lib/dal/events.ts
      if (job.state !== "waiting" && job.state !== "running")
        setSaid(`${job.subject}: ${words[job.state]}`);
      refresh();
    });
    for (const news of ["dns", "certificates", "missed", "signIn"])
      source.addEventListener(news, refresh);
    let patience: ReturnType<typeof setTimeout> | null = null;
    source.addEventListener("error", () => {
      patience ??= setTimeout(() => setDeaf(true), PATIENCE_MS);
    });
    source.addEventListener("open", () => {
      if (patience) clearTimeout(patience);
      patience = null;
      setDeaf(false);
    });
    source.addEventListener("engine", (event: MessageEvent<string>) => {
      if (engine.current !== null && engine.current !== event.data) refresh();
      engine.current = event.data;
    });
    // A page that comes back to the front may have slept.
    const woken = () =>
      document.visibilityState === "visible" && source.readyState === 2 && refresh();
    document.addEventListener("visibilitychange", woken);
    return () => {
      document.removeEventListener("visibilitychange", woken);
      if (timer) clearTimeout(timer);
      if (patience) clearTimeout(patience);
      source.close();
    };
  }, [router, words.done, words.failed, words.cancelled]);
  return (
    <>
      <p role="status" className="sr-only">
        {said}
      </p>
      {deaf && (
        <p
          role="status"
          className="fixed inset-x-4 bottom-4 mx-auto max-w-md rounded-md border border-line bg-warn-wash px-4 py-2 text-sm text-warn"
        >
          {words.notLive}
        </p>
      )}
    </>
  );
}
