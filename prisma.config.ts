import { defineConfig } from "prisma/config";

// Only the development commands read this: production applies prisma/migrations with
// `posthorn migrate` (lib/storage/migrate.ts), which needs no Prisma CLI.
export default defineConfig({
  schema: "prisma/schema.prisma",
  migrations: { path: "prisma/migrations" },
  datasource: { url: process.env.DATABASE_URL ?? "postgresql://localhost:5432/posthorn" },
});
