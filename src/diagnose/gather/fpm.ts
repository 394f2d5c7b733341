import type { HostFpmPool, HostWeb, HostWebTimeout } from "../../kernel/model/host-service-answers.ts";

type Workers = NonNullable<HostWeb["workers"]>;

/**
 * The fullest pool of PHP's own that is at work. Without its own word it is known to be full only when all of its processes are
 * there and requests wait at its door: such as are idle stay for a while.
 */
export function poolWorkers(pools: readonly HostFpmPool[] | null): Workers | null {
  const known = (pools ?? []).flatMap((pool) => workersOf(pool) ?? []);
  return known.toSorted((a, b) => b.busy / Math.max(1, b.most) - a.busy / Math.max(1, a.most))[0] ?? null;
}

function workersOf(pool: HostFpmPool): Workers | null {
  const { status, children } = pool;
  const most = pool.most?.children ?? children;
  if (children === 0 || most === 0) return null;
  if (isWaitedFor(pool) && children >= most) return { busy: most, idle: 0, most };
  // the one that says so is busy with that
  return status === null ? null : { busy: Math.max(0, status.active - 1), idle: status.idle, most };
}

function isWaitedFor({ door }: HostFpmPool): boolean {
  return door !== null && door !== "closed" && door.waiting > 0;
}

/** The one of two that has less room left. */
export function fullerOf(one: HostWeb["workers"], other: HostWeb["workers"]): HostWeb["workers"] {
  if (one === null || other === null) return one ?? other;
  return one.busy * other.most >= other.busy * one.most ? one : other;
}

/** How long PHP's pools that are at work let a request run. */
export function poolTimeouts(pools: readonly HostFpmPool[] | null): readonly HostWebTimeout[] {
  return (pools ?? []).filter(({ children }) => children > 0).flatMap(({ timeouts }) => timeouts);
}
