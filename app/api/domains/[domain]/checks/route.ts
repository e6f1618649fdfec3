/** What is to be published for a domain and what was seen of it, as JSON for programs (lib/service/checks-json.ts). */
import { getChecksJson } from "@/lib/dal/dns.ts";
import { getSignedIn } from "@/lib/dal/session.ts";

export async function GET(
  _request: Request,
  { params }: { params: Promise<{ domain: string }> },
): Promise<Response> {
  if (!(await getSignedIn())) return problem(401, "Sign in first");
  const checks = await getChecksJson((await params).domain);
  if (!checks) return problem(404, "There is no such domain here");
  return Response.json(checks, { headers: { "cache-control": "no-store" } });
}

/** RFC 9457. */
const problem = (status: number, title: string) =>
  Response.json(
    { type: "about:blank", title, status },
    { status, headers: { "content-type": "application/problem+json" } },
  );
