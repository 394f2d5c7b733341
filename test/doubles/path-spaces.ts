import { execFileSync } from "node:child_process";

/** A hub, a router, two lines with a router each, and a target behind both, each in a network namespace of its own. */
export interface PathSpaces {
  readonly hub: string;
  readonly target: string;
  /** runs one command inside one of them */
  inside(space: Space, ...words: readonly string[]): string;
  /** the way from the router to the target */
  routeBy(...lines: readonly ("upper" | "lower")[]): void;
  close(): void;
}

export const spaces = ["hub", "router", "upper", "lower", "target"] as const;
type Space = (typeof spaces)[number];

/** the routers of the two lines, as a trace shows them */
export const [upperRouter, lowerRouter] = ["10.71.2.2", "10.71.3.2"];
const target = "10.71.9.9";

function name(space: Space): string {
  return `kp-${space}-${process.pid}`;
}

function ip(...words: readonly string[]): void {
  execFileSync("ip", words, { stdio: "pipe" });
}

export function openPathSpaces(): PathSpaces {
  const inside = (space: Space, ...words: readonly string[]): string =>
    execFileSync("ip", ["netns", "exec", name(space), ...words], { encoding: "utf8", stdio: "pipe" });
  const close = (): void => {
    for (const space of spaces) {
      try {
        ip("netns", "delete", name(space));
      } catch {
        // it was never made
      }
    }
  };

  function join(near: Space, far: Space, net: string): void {
    const [one, other] = [`to-${far}`, `to-${near}`];
    ip("-n", name(near), "link", "add", one, "type", "veth", "peer", "name", other, "netns", name(far));
    ip("-n", name(near), "addr", "add", `${net}.1/24`, "dev", one);
    ip("-n", name(far), "addr", "add", `${net}.2/24`, "dev", other);
    ip("-n", name(near), "link", "set", "dev", one, "up");
    ip("-n", name(far), "link", "set", "dev", other, "up");
  }

  function build(): void {
    for (const space of spaces) {
      ip("netns", "add", name(space));
      ip("-n", name(space), "link", "set", "dev", "lo", "up");
    }
    join("hub", "router", "10.71.1");
    join("router", "upper", "10.71.2");
    join("router", "lower", "10.71.3");
    join("upper", "target", "10.71.4");
    join("lower", "target", "10.71.5");
    for (const space of ["router", "upper", "lower", "target"] as const) {
      const settings = ["ip_forward=1", "conf.all.rp_filter=0", "conf.default.rp_filter=0", "icmp_ratelimit=0"];
      inside(space, "sysctl", "-qw", ...settings.map((setting) => `net.ipv4.${setting}`));
    }
    inside("router", "sysctl", "-qw", "net.ipv4.fib_multipath_hash_policy=1");
    ip("-n", name("target"), "addr", "add", `${target}/32`, "dev", "lo");
    ip("-n", name("hub"), "route", "add", "default", "via", "10.71.1.2");
    ip("-n", name("upper"), "route", "add", `${target}/32`, "via", "10.71.4.2");
    ip("-n", name("lower"), "route", "add", `${target}/32`, "via", "10.71.5.2");
    ip("-n", name("upper"), "route", "add", "default", "via", "10.71.2.1");
    ip("-n", name("lower"), "route", "add", "default", "via", "10.71.3.1");
    ip("-n", name("target"), "route", "add", "default", "via", "10.71.4.1");
  }

  const via = { upper: upperRouter, lower: lowerRouter };
  const self: PathSpaces = {
    hub: name("hub"),
    target,
    inside,
    routeBy: (...lines) =>
      ip(
        "-n",
        name("router"),
        "route",
        "replace",
        `${target}/32`,
        ...lines.flatMap((line) => ["nexthop", "via", via[line]]),
      ),
    close,
  };
  try {
    build();
    self.routeBy("upper");
  } catch (thrown) {
    close();
    throw thrown;
  }
  return self;
}
