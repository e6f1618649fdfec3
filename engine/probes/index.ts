/** The table of contents of probes, for engine/watch. */
import type { Probe } from "./probe.ts";

export const PROBES: readonly Probe[] = [];
