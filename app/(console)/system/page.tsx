import { redirect } from "next/navigation";

/** The first of the pages about the server. */
export default function SystemPage(): never {
  redirect("/system/identity");
}
