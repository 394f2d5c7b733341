import { many } from "../kernel/fields.ts";
import type { ChannelSpec, EscalationStep, NotifySpec, Person } from "../kernel/model/site.ts";
import type { RootConfig } from "./schema.ts";

export interface Policies {
  readonly escalate: NotifySpec["escalate"];
  /** steps whose channels have no sender in this version */
  readonly notActive: readonly string[];
}

type StepConfig = RootConfig["notify"]["escalate"][string][number];
type ChannelMap = ReadonlyMap<string, ChannelSpec>;

/** Everyone who has a mail address, at once, by every channel. */
function everyoneAtOnce(people: readonly Person[], channels: ChannelMap): EscalationStep[] {
  const of = (kind: ChannelSpec["kind"]): string[] =>
    [...channels.values()].filter((c) => c.kind === kind).map((c) => c.key);
  const [mails, webhooks] = [of("mail"), of("webhook")];
  const steps = people
    .filter((person) => person.mail !== null && mails.length > 0)
    .map((person): EscalationStep => ({ afterMs: 0, tell: person.key, by: mails, only: null }));
  return webhooks.length === 0 ? steps : [...steps, { afterMs: 0, tell: null, by: webhooks, only: null }];
}

/** A policy of which no step can be carried out falls back to telling everyone: better too many than nobody. */
export function compilePolicies(config: RootConfig, people: readonly Person[], channels: ChannelMap): Policies {
  const notActive: string[] = [];
  const escalate = new Map<string, readonly EscalationStep[]>();
  for (const [name, steps] of Object.entries(config.notify.escalate)) {
    const compiled = steps.flatMap((step, index) => {
      const done = compileStep(step, channels);
      if (done.length === 0) notActive.push(`notify.escalate.${name}.${index}`);
      return done;
    });
    escalate.set(
      name,
      compiled.length === 0 ? everyoneAtOnce(people, channels) : compiled.sort((a, b) => a.afterMs - b.afterMs),
    );
  }
  if (!escalate.has("default")) escalate.set("default", everyoneAtOnce(people, channels));
  return { escalate, notActive };
}

function compileStep(step: StepConfig, channels: ChannelMap): EscalationStep[] {
  const wanted = step.by === undefined ? [...channels.keys()] : many(step.by).map(bare);
  const by = wanted.filter((key) => channels.has(key));
  if (by.length === 0) return [];
  const only = step.only ?? null;
  const told = many(step.tell).map((name) => name.replace(/^person:/, ""));
  if (told.length > 0) return told.map((tell) => ({ afterMs: step.after, tell, by, only }));
  const withoutPeople = by.filter((key) => channels.get(key)?.kind === "webhook");
  return withoutPeople.length === 0 ? [] : [{ afterMs: step.after, tell: null, by: withoutPeople, only }];
}

function bare(name: string): string {
  return name.replace(/^channel:/, "");
}
