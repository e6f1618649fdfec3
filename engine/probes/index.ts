/** The table of contents of probes, for engine/watch. */
import { blocklist } from "./blocklist.ts";
import { outbound25 } from "./outbound25.ts";
import { portTls } from "./port-tls.ts";
import type { Probe } from "./probe.ts";
import { smtpTls } from "./smtp-tls.ts";
import { stsPolicy } from "./sts-policy.ts";

export const PROBES: readonly Probe[] = [smtpTls, stsPolicy, portTls, outbound25, blocklist];
