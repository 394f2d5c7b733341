import type { HostWebTimeout } from "../../kernel/model/host-service-answers.ts";
import type { BackendError } from "./backend-errors.ts";
import { commonest } from "./rates.ts";

/** How long a web server waits for the program behind it, and who says so. */
export interface AppliedLimit {
  readonly seconds: number;
  /** `ProxyTimeout`, `proxy_read_timeout` */
  readonly name: string;
  /** `/etc/nginx/nginx.conf:31`; `Timeout` or `default` where nobody wrote it down there */
  readonly setAt: string;
}

/** PHP says itself how long it may run; a program may have set that anew. */
function ownLimit(timeouts: readonly HostWebTimeout[], code: string): AppliedLimit | null {
  const seconds = Number(/^max_execution_time (\d+) s$/.exec(code)?.[1] ?? Number.NaN);
  if (Number.isNaN(seconds)) return null;
  const written = timeouts.find((one) => one.setting === "max_execution_time" && one.seconds === seconds);
  return { seconds, name: "max_execution_time", setAt: written?.where ?? "set_time_limit()" };
}

/**
 * Which of the written limits it was. Several may be set for several addresses: the one nearest to what requests took is it,
 * else the shortest.
 * @param errors of which the limit is asked for @param cutSeconds how long requests that failed took
 */
export function limitFor(
  timeouts: readonly HostWebTimeout[],
  errors: readonly BackendError[],
  cutSeconds: readonly number[],
): AppliedLimit | null {
  const program = commonest(errors.map((one) => one.program));
  const stage = commonest(errors.map((one) => one.stage));
  const own = ownLimit(timeouts, commonest(errors.map((one) => one.code)) ?? "");
  if (own !== null) return own;
  const fitting = timeouts.filter((one) => program === null || one.program === program).filter(isFor(stage));
  const middle = cutSeconds.toSorted((a, b) => a - b)[Math.floor(cutSeconds.length / 2)];
  const distance = ({ seconds }: HostWebTimeout): number =>
    middle === undefined ? seconds : Math.abs(seconds - middle);
  const [found] = fitting.toSorted((a, b) => distance(a) - distance(b));
  if (found === undefined) return null;
  const { setting, seconds, where, inheritedFrom } = found;
  const name = inheritedFrom === null ? setting : `${setting} ← ${inheritedFrom}`;
  return { seconds, name, setAt: where ?? "default" };
}

/** Apache waits as long to connect as to read, unless it is told otherwise. */
function isFor(stage: string | null): (timeout: HostWebTimeout) => boolean {
  return ({ program, setting }) => {
    if (program === "apache") return stage === "connecting" || !setting.endsWith(" connectiontimeout=");
    if (program === "php-fpm") return setting === "request_terminate_timeout";
    return stage === "connecting" ? setting.endsWith("_connect_timeout") : setting.endsWith("_read_timeout");
  };
}
