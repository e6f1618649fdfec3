/** The server's records as a zone file to download. */
import { getIdentityView } from "@/lib/dal/server.ts";

export async function GET(): Promise<Response> {
  const view = await getIdentityView();
  if (!view) return new Response("Not found\n", { status: 404 });
  return new Response(view.zoneFile, {
    headers: {
      "content-type": "text/dns; charset=utf-8", // RFC 4027
      "content-disposition": `attachment; filename="${view.hostName}.zone"`,
    },
  });
}
