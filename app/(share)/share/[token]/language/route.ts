/**
 * The language switch of a shared page. A route, because the page tells nobody where it was (Referrer-Policy
 * no-referrer): its forms come with "Origin: null" (Fetch §3.2), which Next takes for another site's action.
 */
import { setPreferences } from "@/lib/dal/preferences.ts";
import { Language } from "@/lib/schemas/fields.ts";

export async function POST(
  request: Request,
  { params }: { params: Promise<{ token: string }> },
): Promise<Response> {
  const form = await request.formData().catch(() => null);
  const language = Language.safeParse(form?.get("language"));
  if (language.success) await setPreferences({ language: language.data });
  const location = `/share/${encodeURIComponent((await params).token)}`;
  return new Response(null, { status: 303, headers: { location } });
}
