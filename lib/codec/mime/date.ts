/**
 * Date-time of a header: RFC 5322 §3.3, with the old zones and years of §4.3.
 *
 * Reading tolerates comments, a missing day name, a missing zone (UTC) and missing seconds; it
 * refuses what is no day of the calendar. The fields are kept as written beside the instant, since
 * IMAP's SENTON asks for the day where the sender was (RFC 9051 §6.4.4).
 */

export interface DateTime {
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  /** Minutes east of UTC. */
  readonly offset: number;
}

const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const DAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];

/** §4.3. Military letters were defined backwards in RFC 822 and mean UTC, as does any other name. */
const ZONES: Readonly<Record<string, number>> = {
  EST: -300,
  EDT: -240,
  CST: -360,
  CDT: -300,
  MST: -420,
  MDT: -360,
  PST: -480,
  PDT: -420,
};

const DATE_TIME =
  /^(?:[a-z]+\.? ?,? ?)?(\d{1,2})[ -]([a-z]{3})[a-z]*[ -](\d{2,4}) (\d{1,2}) ?: ?(\d{2})(?: ?: ?(\d{2})(?:[.,]\d+)?)? ?([+-]\d{4}|[a-z]+)?/i;

/** A date line longer than this is no date. */
const MAX_LENGTH = 256;

/** The fields as written, or null. */
export function parseDateTime(text: string): DateTime | null {
  const found = DATE_TIME.exec(withoutComments(text.slice(0, MAX_LENGTH)));
  if (found === null) return null;
  const [day, hour, minute, second] = [found[1], found[4], found[5], found[6]].map(Number);
  const value: DateTime = {
    year: fullYear(found[3] ?? ""),
    month: MONTHS.indexOf((found[2] ?? "").toLowerCase()) + 1,
    day: day ?? 0,
    hour: hour ?? 0,
    minute: minute ?? 0,
    // A leap second is the last one of its minute.
    second: Math.min(Number.isNaN(second) ? 0 : (second ?? 0), 59),
    offset: zoneOffset(found[7] ?? ""),
  };
  return isReal(value) && Number(found[6] ?? 0) <= 60 ? value : null;
}

/** The instant, or null. */
export function parseDate(text: string): Date | null {
  const value = parseDateTime(text);
  if (value === null) return null;
  const { year, month, day, hour, minute, second, offset } = value;
  return new Date(Date.UTC(year, month - 1, day, hour, minute, second) - offset * 60_000);
}

/** "Mon, 23 Nov 2026 07:12:00 +0000", at `offset` minutes east of UTC. */
export function formatDate(date: Date, offset = 0): string {
  const at = new Date(date.getTime() + offset * 60_000);
  const month = MONTHS[at.getUTCMonth()] ?? "";
  const name = month.charAt(0).toUpperCase() + month.slice(1);
  const clock = at.toISOString().slice(11, 19);
  const year = String(at.getUTCFullYear()).padStart(4, "0");
  return `${DAYS[at.getUTCDay()]}, ${at.getUTCDate()} ${name} ${year} ${clock} ${formatOffset(offset)}`;
}

function formatOffset(offset: number): string {
  const minutes = Math.abs(offset);
  const digits = String(Math.floor(minutes / 60) * 100 + (minutes % 60)).padStart(4, "0");
  return (offset < 0 ? "-" : "+") + digits;
}

/** Comments as spaces, white space as one space. Comments nest. */
function withoutComments(text: string): string {
  let depth = 0;
  let out = "";
  for (const char of text) {
    if (char === "(") depth++;
    else if (char === ")") depth = Math.max(0, depth - 1);
    out += depth > 0 || char === ")" ? " " : char;
  }
  return out.replace(/\s+/g, " ").trim();
}

/**
 * §4.3: two digits below 50 are of this century, other two and three digits count from 1900. So does
 * "0102", which is how some mailers wrote 2002.
 */
function fullYear(digits: string): number {
  const year = Number(digits);
  if (year >= 1000) return year;
  return year + (digits.length === 2 && year < 50 ? 2000 : 1900);
}

function zoneOffset(zone: string): number {
  if (!/^[+-]/.test(zone)) return ZONES[zone.toUpperCase()] ?? 0;
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(3, 5));
  return zone.startsWith("-") ? -minutes : minutes;
}

function isReal({ year, month, day, hour, minute, offset }: DateTime): boolean {
  if (
    year < 1900 ||
    month < 1 ||
    day < 1 ||
    hour > 23 ||
    minute > 59 ||
    Math.abs(offset) >= 24 * 60
  )
    return false;
  return day <= new Date(Date.UTC(year, month, 0)).getUTCDate();
}
