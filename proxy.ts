/**
 * Before any page: a content security policy with a fresh nonce, and a courteous redirect for visitors
 * without a session cookie. Whether a session counts is decided in lib/dal, never here.
 */
import { NextResponse, type NextRequest } from "next/server";

const OPEN = ["/sign-in", "/setup", "/device", "/share"];
/** Pages whose address is itself the right to see them: it goes nowhere else. */
const SECRET_ADDRESS = "/share/";
/** Both names of the session cookie: lib/dal/auth-options.ts. */
const COOKIES = ["__Host-posthorn", "posthorn"];

export function proxy(request: NextRequest): NextResponse {
  const { pathname, search } = request.nextUrl;
  const signedIn = COOKIES.some((name) => request.cookies.has(name));
  if (!signedIn && !OPEN.some((path) => pathname === path || pathname.startsWith(`${path}/`)))
    return toSignIn(request, pathname === "/" ? "" : pathname + search);

  const policy = contentSecurityPolicy(crypto.randomUUID().replaceAll("-", ""));
  const headers = new Headers(request.headers);
  headers.set("content-security-policy", policy); // Next reads the nonce from here
  const response = NextResponse.next({ request: { headers } });
  response.headers.set("content-security-policy", policy);
  response.headers.set("cache-control", "no-store");
  if (pathname.startsWith(SECRET_ADDRESS)) {
    response.headers.set("referrer-policy", "no-referrer");
    response.headers.set("x-robots-tag", "noindex");
  }
  return response;
}

/** To the host the browser asked for: behind our own listener `request.url` does not know it. */
function toSignIn(request: NextRequest, from: string): NextResponse {
  const proto = request.headers.get("x-forwarded-proto") ?? "http";
  const host = request.headers.get("host") ?? request.nextUrl.host;
  const target = new URL("/sign-in", `${proto}://${host}`);
  if (from !== "") target.searchParams.set("from", from);
  return NextResponse.redirect(target, 303);
}

/** Scripts and styles by nonce only; no inline attributes, no frames, no plug-ins, forms only to us. */
function contentSecurityPolicy(nonce: string): string {
  const dev = process.env.NODE_ENV === "development"; // React's and Turbopack's tools need more
  return [
    "default-src 'none'",
    `script-src 'self' 'nonce-${nonce}' 'strict-dynamic'${dev ? " 'unsafe-eval'" : ""}`,
    `style-src 'self' ${dev ? "'unsafe-inline'" : `'nonce-${nonce}'`}`,
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "manifest-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join("; ");
}

export const config = {
  matcher: ["/((?!api/|_next/static/|_next/image|favicon.ico|icon.svg|robots.txt).*)"],
};
