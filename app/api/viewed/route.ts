/** "This page is open": asked by components/viewed.tsx. JSON alone, which no other site's form can send. */
import { markPageViewed } from "@/lib/dal/dns.ts";
import { getSignedIn } from "@/lib/dal/session.ts";

const MAX_BODY = 1_000;

export async function POST(request: Request): Promise<Response> {
  if (!(await getSignedIn())) return new Response(null, { status: 401 });
  const isJson = request.headers.get("content-type")?.startsWith("application/json") ?? false;
  if (!isJson) return new Response(null, { status: 415 });
  const text = await request.text();
  if (text.length > MAX_BODY) return new Response(null, { status: 413 });
  const done = await markPageViewed(text);
  return new Response(null, { status: done ? 204 : 404 });
}

/** There is nothing to read here; strangers are not even told that. */
export async function GET(): Promise<Response> {
  return new Response(null, { status: (await getSignedIn()) ? 405 : 401 });
}
