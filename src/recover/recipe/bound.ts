import path from "node:path";
import type { RunResult, Workplace } from "../workplace/workplace.ts";

/** One system, running or lying in a folder, in which commands can be run. */
export interface Bound {
  /** `/`: the machine itself */
  readonly root: string;
  /** Runs POSIX sh there. `net`: it needs names and the package mirror. */
  sh(script: string, options?: BoundOptions): Promise<RunResult>;
}

export interface BoundOptions {
  readonly args?: readonly string[];
  readonly input?: string;
  readonly net?: boolean;
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

const usualTimeoutMs = 300_000;

/** Mounts what programs expect in a namespace of its own, so that nothing stays mounted whatever happens. */
const enterScript = String.raw`set -e
R=$1; NET=$2; S=$3; shift 3
mount --make-rprivate /
mkdir -p "$R/proc" "$R/dev"
mount -t proc proc "$R/proc"
[ -c "$R/dev/null" ] || mount --rbind /dev "$R/dev"
if [ "$NET" = yes ] && [ -r /etc/resolv.conf ]; then
  [ -e "$R/etc/resolv.conf" ] || : > "$R/etc/resolv.conf"
  mount --bind "$(readlink -f /etc/resolv.conf)" "$R/etc/resolv.conf"
fi
exec chroot "$R" /usr/bin/env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C DEBIAN_FRONTEND=noninteractive sh -c "$S" koboshi "$@"
`;

/** @param root `/`, or the absolute folder of another system */
export function bindRoot(place: Workplace, root: string): Bound {
  const inside = path.posix.normalize(root);
  return {
    root: inside,
    sh(script, { args = [], input, net = false, timeoutMs = usualTimeoutMs, signal } = {}) {
      const options = {
        timeoutMs,
        ...(input === undefined ? {} : { input }),
        ...(signal === undefined ? {} : { signal }),
      };
      if (inside === "/")
        return place.run(
          { argv: ["sh", "-c", script, "koboshi", ...args], env: { LC_ALL: "C", DEBIAN_FRONTEND: "noninteractive" } },
          options,
        );
      const enter = ["unshare", "--mount", "--pid", "--fork", "--kill-child", "sh", "-c", enterScript, "koboshi"];
      return place.run({ argv: [...enter, inside, net ? "yes" : "no", script, ...args] }, options);
    },
  };
}
