/** The public record of a key as a download. */
import { getKeyFile } from "@/lib/dal/keys.ts";

export async function GET(
  _request: Request,
  { params }: { params: Promise<{ domain: string; key: string }> },
): Promise<Response> {
  const { domain, key } = await params;
  const found = await getKeyFile(domain, key);
  if (!found) return new Response("Not found\n", { status: 404 });
  return new Response(found.text, {
    headers: {
      "content-type": "text/dns; charset=utf-8", // RFC 4027
      "content-disposition": `attachment; filename="${found.file}.zone"`,
    },
  });
}
