/** Times, sizes and ages in the reader's language. Times are UTC on the server's pages, and say so. */
import { LANGUAGE_TAG, type Locale } from "./translate.ts";

/** Day before month and 24 hours, as logs of mail servers are read. */
const DATE_TAG: Record<Locale, string> = { en: "en-GB", zh: "zh-CN" };

/** "23 Nov 2026, 10:12 UTC". */
export function formatTime(locale: Locale, at: Date): string {
  const format = { dateStyle: "medium", timeStyle: "short", timeZone: "UTC" } as const;
  return `${new Intl.DateTimeFormat(DATE_TAG[locale], format).format(at)} UTC`;
}

/** "10:12:33 UTC", where the day is clear. */
export function formatClock(locale: Locale, at: Date): string {
  const format = { timeStyle: "medium", timeZone: "UTC" } as const;
  return `${new Intl.DateTimeFormat(DATE_TAG[locale], format).format(at)} UTC`;
}

const STEPS: [unit: Intl.RelativeTimeFormatUnit, seconds: number][] = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
  ["second", 1],
];

/** "4 minutes ago", "in 2 hours". */
export function formatAge(locale: Locale, at: Date, now: Date): string {
  const seconds = Math.round((at.getTime() - now.getTime()) / 1000);
  const [unit, size] = STEPS.find(([, step]) => Math.abs(seconds) >= step) ?? ["second", 1];
  const format = new Intl.RelativeTimeFormat(LANGUAGE_TAG[locale], { numeric: "auto" });
  return format.format(Math.trunc(seconds / size), unit);
}

const UNITS = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte"] as const;

/** 1024 to the step, as mail clients count quotas. */
export function formatBytes(locale: Locale, bytes: number): string {
  const step = bytes < 1 ? 0 : Math.min(Math.floor(Math.log2(bytes) / 10), UNITS.length - 1);
  const value = bytes / 1024 ** step;
  return new Intl.NumberFormat(LANGUAGE_TAG[locale], {
    style: "unit",
    unit: UNITS[step] ?? "byte",
    unitDisplay: step === 0 ? "long" : "short",
    maximumFractionDigits: value < 10 && step > 0 ? 1 : 0,
  }).format(value);
}

const DURATIONS = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
  ["second", 1],
] as const;

/** "1 hour", "90 minutes": in the largest unit that says it whole, or nearly. */
export function formatDuration(locale: Locale, seconds: number): string {
  const [unit, size] =
    DURATIONS.find(([, of]) => seconds >= of && seconds % of === 0) ?? DURATIONS[3];
  const style = { style: "unit", unit, unitDisplay: "long" } as const;
  return new Intl.NumberFormat(LANGUAGE_TAG[locale], style).format(seconds / size);
}
