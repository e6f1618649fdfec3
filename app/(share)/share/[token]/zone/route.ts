/** The zone file of a shared link as a download. */
import { getSharedZone } from "@/lib/dal/share.ts";

/** Proxy.ts cannot know of it: routes may overwrite what it said. */
const PRIVATE = {
  "cache-control": "no-store",
  "referrer-policy": "no-referrer",
  "x-robots-tag": "noindex",
};

export async function GET(
  _request: Request,
  { params }: { params: Promise<{ token: string }> },
): Promise<Response> {
  const zone = await getSharedZone((await params).token);
  if (zone.outcome === "notFound")
    return new Response("Not found\r\n", { status: 404, headers: PRIVATE });
  if (zone.outcome === "wait") {
    const headers = { ...PRIVATE, "retry-after": String(zone.seconds) };
    return new Response("Too many requests\r\n", { status: 429, headers });
  }
  return new Response(zone.text, {
    headers: {
      ...PRIVATE,
      "content-type": "text/dns; charset=utf-8", // RFC 4027
      "content-disposition": `attachment; filename="${zone.name}.zone"`,
    },
  });
}
