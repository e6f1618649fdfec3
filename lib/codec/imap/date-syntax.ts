/** Dates of commands: RFC 9051 §9 `date`, `date-time`. A day that no calendar has is refused. */
import type { Decoder } from "./decoder.ts";
import { ImapSyntaxError } from "./syntax-error.ts";
import type { Day } from "./types.ts";

export const MONTHS = [
  "Jan",
  "Feb",
  "Mar",
  "Apr",
  "May",
  "Jun",
  "Jul",
  "Aug",
  "Sep",
  "Oct",
  "Nov",
  "Dec",
] as const;

const DATE = /^(\d{1,2})-([A-Za-z]{3})-(\d{4})$/;
const DATE_TIME = /^([ \d]\d)-([A-Za-z]{3})-(\d{4}) (\d{2}):(\d{2}):(\d{2}) ([+-])(\d{2})(\d{2})$/;

/** date = date-text / DQUOTE date-text DQUOTE. */
export function date(d: Decoder): Day {
  const text = d.sees('"') ? d.string() : d.atom();
  const [, day, month, year] = DATE.exec(text) ?? [];
  return checkedDay(year, month, day);
}

/** date-time: "17-Jul-1996 02:44:25 -0700", the day padded by a space. */
export function dateTime(d: Decoder): Date {
  const match = DATE_TIME.exec(d.string());
  if (match === null) throw new ImapSyntaxError("Bad date and time");
  const [, dd, month, yyyy, hh, mm, ss, sign, zoneHours, zoneMinutes] = match;
  const { year, month: m, day } = checkedDay(yyyy, month, dd);
  const [hour, minute, second] = [Number(hh), Number(mm), Number(ss)];
  const [zh, zm] = [Number(zoneHours), Number(zoneMinutes)];
  if (hour > 23 || minute > 59 || second > 60 || zh > 23 || zm > 59)
    throw new ImapSyntaxError("Bad date and time");
  const east = (sign === "-" ? -1 : 1) * (zh * 60 + zm);
  const at = new Date(0); // not Date.UTC, which takes years below 100 for 19xx
  at.setUTCFullYear(year, m - 1, day);
  at.setUTCHours(hour, minute - east, second);
  return at;
}

function checkedDay(year = "", month = "", day = ""): Day {
  const index = MONTHS.findIndex((name) => name.toLowerCase() === month.toLowerCase());
  const value = { year: Number(year), month: index + 1, day: Number(day) };
  if (index < 0 || value.day < 1 || value.day > daysIn(value.year, value.month))
    throw new ImapSyntaxError("Bad date");
  return value;
}

function daysIn(year: number, month: number): number {
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  return month === 2 ? (leap ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31;
}

/** A moment as date-time in UTC: the offset of who appended it is not kept. */
export function formatDateTime(at: Date): string {
  const two = (n: number) => String(n).padStart(2, "0");
  const day = String(at.getUTCDate()).padStart(2, " ");
  const month = MONTHS[at.getUTCMonth()] ?? "Jan";
  const year = String(Math.min(9999, Math.max(0, at.getUTCFullYear()))).padStart(4, "0");
  const time = [at.getUTCHours(), at.getUTCMinutes(), at.getUTCSeconds()].map(two).join(":");
  return `${day}-${month}-${year} ${time} +0000`;
}
