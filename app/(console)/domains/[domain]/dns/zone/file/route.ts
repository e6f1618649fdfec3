/** The zone file as a download. */
import { getZoneFile } from "@/lib/dal/domains.ts";

export async function GET(
  _request: Request,
  { params }: { params: Promise<{ domain: string }> },
): Promise<Response> {
  const zone = await getZoneFile((await params).domain);
  if (!zone) return new Response("Not found\n", { status: 404 });
  return new Response(zone.text, {
    headers: {
      "content-type": "text/dns; charset=utf-8", // RFC 4027
      "content-disposition": `attachment; filename="${zone.name}.zone"`,
    },
  });
}
