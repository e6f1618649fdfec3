/** Which name lies within which zone. Names as engine/dns/wire.ts reads them: lower case, "." is the root. */

/** The name itself counts. An escaped dot (`a\.example` is one label) is no boundary. */
export function isWithin(name: string, zone: string): boolean {
  if (zone === "." || name === zone) return true;
  if (!name.endsWith(`.${zone}`)) return false;
  const before = name.slice(0, name.length - zone.length - 1);
  return (/\\*$/.exec(before)?.[0].length ?? 0) % 2 === 0;
}

export const isBelow = (name: string, zone: string) => name !== zone && isWithin(name, zone);

/** The name one label up. For names of `queryName`, which have no escapes. */
export const parentOf = (name: string) => {
  const dot = name.indexOf(".");
  return dot < 0 || name === "." ? "." : name.slice(dot + 1);
};

/** The name and all above it, the root last. */
export function upward(name: string): string[] {
  const names: string[] = [];
  for (let at = name; at !== "."; at = parentOf(at)) names.push(at);
  return [...names, "."];
}
