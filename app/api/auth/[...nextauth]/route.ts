/** next-auth's own routes (session, csrf, credentials callback, sign-out). Our form does not need them. */
import { authRoute } from "@/lib/dal/auth-route.ts";

export { authRoute as GET, authRoute as POST };
