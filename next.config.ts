import type { NextConfig } from "next";

const config: NextConfig = {
  poweredByHeader: false,
  reactStrictMode: true,
  // Types are checked by `npm test` (tsc over everything); a start on a fresh clone need not wait for it.
  typescript: { ignoreBuildErrors: true },
  // What uses sockets and native crypto stays outside the bundle.
  serverExternalPackages: [
    "pg",
    "@prisma/client",
    "@prisma/adapter-pg",
    "next-auth",
    "graphile-worker",
  ],
  // Pages are drawn per request (nonce, session); nothing of them may be kept by anyone between.
  agentRules: false,
  devIndicators: false,
  allowedDevOrigins: ["127.0.0.1", "[::1]"],
};

export default config;
