/**
 * The one logger: JSON lines, events with fields (`session`, `command`, `ms`, `result`). Never a
 * password, never a message body: secrets have no field here, and these paths are censored besides.
 */
import { pino, type Logger } from "pino";

export function createLogger(name: string, level = "info"): Logger {
  return pino({
    name,
    level,
    redact: {
      paths: ["password", "*.password", "secret", "*.secret", "privateKey", "*.privateKey"],
    },
  });
}
