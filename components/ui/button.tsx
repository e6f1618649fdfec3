import Link from "next/link";
import type { ComponentProps } from "react";

const LOOK = {
  primary: "bg-accent text-on-accent hover:bg-accent-strong border-transparent",
  secondary: "bg-surface text-ink border-edge hover:bg-sunken",
  danger: "bg-surface text-bad border-bad hover:bg-bad-wash",
  quiet: "border-transparent text-accent hover:bg-accent-wash",
} as const;
export type Look = keyof typeof LOOK;

/** 40 px high: our own floor for targets (WCAG 2.5.8 asks for 24). */
const SHAPE =
  "inline-flex min-h-10 items-center justify-center gap-2 rounded-md border px-4 py-1.5 text-sm " +
  "font-medium transition-colors disabled:opacity-60 disabled:pointer-events-none cursor-pointer";

export function buttonClass(look: Look = "primary"): string {
  return `${SHAPE} ${LOOK[look]}`;
}

export function Button({ look = "primary", ...props }: ComponentProps<"button"> & { look?: Look }) {
  return <button {...props} className={buttonClass(look)} />;
}

export function ButtonLink({
  look = "primary",
  ...props
}: ComponentProps<typeof Link> & { look?: Look }) {
  return <Link {...props} className={buttonClass(look)} />;
}
