/**
 * Ports: the standard one where the process may bind it, else the same plus an offset that is easy to
 * remember. A port that is set is taken as said; 0 turns the listener off; `auto` is any free port,
 * for tests.
 */
import { z } from "zod";

export type Listener =
  "smtp" | "submissions" | "submission" | "imap" | "imaps" | "pop3" | "pop3s" | "http" | "https";

/** To be tried in this order. Empty: off. A 0 in it: any free port. */
export type PortChoice = readonly number[];

export const DEFAULT_PORTS: Readonly<Record<Listener, PortChoice>> = {
  smtp: [25, 2525],
  submissions: [465, 4650],
  submission: [587, 5870],
  imap: [143, 1143],
  imaps: [993, 1993],
  pop3: [110, 1110],
  pop3s: [995, 1995],
  http: [80, 8080],
  https: [443, 8443],
};

export function portChoice(standard: PortChoice) {
  return z
    .string()
    .trim()
    .transform((value, context): PortChoice => {
      if (value === "auto") return [0];
      if (/^\d{1,5}$/.test(value) && Number(value) <= 65_535) {
        return value === "0" ? [] : [Number(value)];
      }
      context.addIssue({ code: "custom", message: "must be a port, or 0 for off" });
      return z.NEVER;
    })
    .default(standard);
}
