import { redirect } from "next/navigation";
import { guessPlatform } from "@/lib/dal/devices.ts";

/** To the device that this browser seems to run on. */
export default async function DevicesPage() {
  redirect(`/me/devices/${await guessPlatform()}`);
}
