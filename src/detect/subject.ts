import { hasAnswered } from "../kernel/answer.ts";
import { kindOf, type ComponentId } from "../kernel/model/component.ts";
import type { Affected } from "../kernel/model/incident.ts";
import type { Clusters } from "./clusters.ts";
import type { PathOf, Sufferer } from "./sufferers.ts";
import type { Whole } from "./wholes.ts";

interface Root {
  readonly subject: ComponentId;
  readonly affected: readonly Affected[];
}

/** What failed, and what merely suffers from it. @param members of one event, oldest first */
export function subjectOf({ causes, wholes }: Clusters, members: readonly Sufferer[], pathOf: PathOf): Root {
  const inside = new Set(members);
  const roots = rootsOf(members, causes);
  const whole = wholes.find((candidate) => explains(candidate, roots, inside));
  const subject = whole?.id ?? roots[0]?.service ?? (members[0] as Sufferer).service;
  const affected = new Map<ComponentId, Affected>();
  for (const member of members) {
    const because = causes.get(member);
    const isOwn = member.service === subject || pathOf(member.service).includes(subject);
    if (because === undefined || isOwn || because.service === member.service) continue;
    const held = pathOf(because.service).includes(subject);
    affected.set(member.service, { component: member.service, because: held ? subject : because.service });
  }
  return { subject, affected: [...affected.values()] };
}

/** Those that hang on nothing else that failed; outages before warnings. */
function rootsOf(members: readonly Sufferer[], causes: Clusters["causes"]): readonly Sufferer[] {
  const roots = members.filter((member) => !causes.has(member));
  const down = roots.filter((member) => member.isDown);
  return down.length > 0 ? down : roots;
}

/**
 * A whole explains the event when it holds more than half of the roots. A lone root that explains its neighbours on the
 * host itself is the better answer, unless the host has fallen silent altogether.
 */
function explains({ id, sufferers }: Whole, roots: readonly Sufferer[], inside: ReadonlySet<Sufferer>): boolean {
  const held = roots.filter((root) => sufferers.has(root));
  if (held.length * 2 <= roots.length || ![...sufferers].every((sufferer) => inside.has(sufferer))) return false;
  return held.length >= 2 || (kindOf(id) === "host" && [...sufferers].every(isSilent));
}

function isSilent({ signals }: Sufferer): boolean {
  return !signals.some((signal) => hasAnswered(signal));
}
