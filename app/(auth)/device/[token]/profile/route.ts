/** The profile of a one-time link. Only a POST gets it: programs that scan links do not press buttons. */
import { downloadProfile } from "@/lib/dal/devices.ts";

interface Context {
  readonly params: Promise<{ token: string }>;
}

export async function POST(_request: Request, { params }: Context): Promise<Response> {
  const { token } = await params;
  const result = await downloadProfile(token);
  if (result.outcome === "done")
    return new Response(new Uint8Array(result.body), { headers: result.headers });
  if (result.outcome === "notFound") return new Response("Not found\r\n", { status: 404 });
  const problem = result.outcome === "gone" ? "" : `?problem=${result.outcome}`;
  // Relative to this route: back to the page, which says how the link stands.
  return new Response(null, { status: 303, headers: { location: `/device/${token}${problem}` } });
}
