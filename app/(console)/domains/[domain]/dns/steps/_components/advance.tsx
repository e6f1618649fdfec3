"use client";

/**
 * Moves on when the step that the address names is done while one looks at it; without a name the server draws
 * the next one by itself. Focus that went with the old card goes to the new one's heading.
 */
import { useEffect, useRef } from "react";
import { useRouter } from "next/navigation";

interface Props {
  readonly step: string;
  readonly open: boolean;
  readonly next: string;
}

export function Advance({ step, open, next }: Props) {
  const router = useRouter();
  const seen = useRef({ step, open });
  useEffect(() => {
    const before = seen.current;
    seen.current = { step, open };
    if (before.step === step && before.open && !open) router.replace(next, { scroll: false });
    if (before.step !== step && document.activeElement === document.body)
      document.getElementById("step")?.focus({ preventScroll: true });
  }, [router, step, open, next]);
  return null;
}
