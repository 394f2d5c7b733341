import type { HostWebTimeout } from "../../kernel/model/host-service-answers.ts";
import type { LogEntry } from "../../kernel/ports-logs.ts";
import type { BackendError } from "./backend-errors.ts";
import { isFailure, withoutValues, type Request } from "./requests.ts";

/**
 * A request that PHP's process manager ended, or PHP itself, because it ran too long. What PHP says it says to the web server;
 * that its manager writes it down, too, is the same once more. Sources: php-src sapi/fpm/fpm/fpm_request.c, main/main.c.
 */
export function fpmError({ atMs, text }: LogEntry): BackendError | null {
  const about = { atMs, kind: "timeout", stage: "reading", program: "php-fpm", text } as const;
  const ended = /\[pool ([^\]]+)\] child \d+, script .*? \(request: "\S+ (\S*?)"\) execution timed out/.exec(text);
  if (ended !== null) {
    return { ...about, backend: `php-fpm ${ended[1] ?? ""}`, url: withoutValues(ended[2] ?? ""), code: endedBy };
  }
  const cpu =
    /(?<!into stderr: "NOTICE: )PHP message: PHP Fatal error: +Maximum execution time of (\d+) seconds? exceeded in (\S+)/.exec(
      text,
    );
  if (cpu === null) return null;
  const asked = /request: "\S+ ([^ "]+)/.exec(text)?.[1];
  const upstream = /upstream: "fastcgi:\/\/(?:unix:)?([^"]*?):?"/.exec(text)?.[1] ?? "php-fpm";
  const url = asked === undefined ? (cpu[2] ?? null) : withoutValues(asked);
  return { ...about, backend: upstream, url, code: `${ranOut} ${cpu[1] ?? ""} s` };
}

const endedBy = "request_terminate_timeout";
const ranOut = "max_execution_time";

/** The clocks of the two differ by less. */
const earlySeconds = 0.2;
const nearMs = 4_000;
const mostlyRatio = 0.6;

/**
 * Connections that ended because PHP's manager ended the request are no refusals: those beside a line of its own, or, where
 * its log is not followed, those of requests that failed when the pool's time was over. One that crashes does not wait for that.
 */
export function withPoolEnds(
  errors: readonly BackendError[],
  { requests, timeouts }: { readonly requests: readonly Request[]; readonly timeouts: readonly HostWebTimeout[] },
): readonly BackendError[] {
  const ends = errors.filter(({ code }) => code === endedBy);
  if (ends.length > 0) return withoutThoseBeside(errors, ends);
  const limits = timeouts.filter(({ setting }) => setting === endedBy).map(({ seconds }) => seconds);
  const resets = errors.filter(({ kind }) => kind === "reset").length;
  if (limits.length === 0 || resets === 0) return errors;
  const leastSeconds = Math.min(...limits) - earlySeconds;
  const late = requests.filter((one) => isFailure(one) && (one.seconds ?? 0) >= leastSeconds).length;
  if (late < resets * mostlyRatio) return errors;
  return errors.map((one) =>
    one.kind === "reset" ? { ...one, kind: "timeout", program: "php-fpm", code: endedBy } : one,
  );
}

/** One reset goes with one end. */
function withoutThoseBeside(errors: readonly BackendError[], ends: readonly BackendError[]): readonly BackendError[] {
  const left = [...ends];
  return errors.filter((error) => {
    if (error.kind !== "reset") return true;
    const beside = left.findIndex(
      ({ atMs, url }) => Math.abs(atMs - error.atMs) <= nearMs && (error.url === null || error.url === url),
    );
    if (beside !== -1) left.splice(beside, 1);
    return beside === -1;
  });
}
