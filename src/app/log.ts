import { pino } from "pino";
import type { Log } from "../kernel/log.ts";

export type LogLevel = "debug" | "info" | "warn" | "error" | "silent";

/** koboshi's own log: one JSON line a state change, on standard error. Secrets print as `***` by their type. */
export function createLog(level: LogLevel): Log {
  const logger = pino(
    { level, base: null, timestamp: pino.stdTimeFunctions.isoTime },
    pino.destination({ fd: 2, sync: true }),
  );
  return {
    debug: (message, facts) => logger.debug(facts ?? {}, message),
    info: (message, facts) => logger.info(facts ?? {}, message),
    warn: (message, facts) => logger.warn(facts ?? {}, message),
    error: (message, facts) => logger.error(facts ?? {}, message),
  };
}
