import type { JSX } from "preact";
import { isOpen, type Incident } from "../../kernel/model/incident.ts";
import { who, type PageContext } from "../context.ts";

/** as many people get a button of their own; more are chosen from a list */
const mostButtons = 2;

interface ActionProps {
  readonly context: PageContext;
  readonly incident: Incident;
  /** the page to come back to */
  readonly back: string;
}

/** Take it, hand it over, or how to sign in for that. Plain forms: they work without JavaScript. */
export function Actions({ context, incident, back }: ActionProps): JSX.Element | null {
  const { say, viewer, site } = context;
  if (!isOpen(incident)) return null;
  if (viewer === null) return <SignInFirst context={context} incident={incident} />;
  const others = [...site.people.keys()].filter(
    (key) => key !== incident.assignedTo && `person:${key}` !== viewer.actor,
  );
  return (
    <>
      <div class="act">
        {incident.acknowledgedAt !== null ? null : (
          <VerbForm context={context} action={`/i/${incident.id}/acknowledge`} back={back}>
            <button class="pri">{say.take}</button>
          </VerbForm>
        )}
        {others.length > mostButtons
          ? null
          : others.map((key) => (
              <VerbForm key={key} context={context} action={`/i/${incident.id}/assign`} back={back}>
                <button name="to" value={key}>
                  {say.handTo(who(context, key))}
                </button>
              </VerbForm>
            ))}
      </div>
      {others.length > mostButtons ? (
        <details>
          <summary>{say.handOver}</summary>
          <VerbForm context={context} action={`/i/${incident.id}/assign`} back={back} stack>
            <PeopleSelect context={context} keys={others} />
            <button>{say.handOver}</button>
          </VerbForm>
        </details>
      ) : null}
    </>
  );
}

function SignInFirst({ context, incident }: { context: PageContext; incident: Incident }): JSX.Element {
  const { say } = context;
  return (
    <>
      <div class="act">
        <a class="btn pri" href={`/login?next=${encodeURIComponent(`/i/${incident.id}`)}`}>
          {say.signInToAct}
        </a>
      </div>
      <p class="mut">
        {say.orCommand} <code>koboshi ack {incident.id}</code>
      </p>
    </>
  );
}

export function PeopleSelect({ context, keys }: { context: PageContext; keys: readonly string[] }): JSX.Element {
  return (
    <label>
      {context.say.handToWhom}
      <select name="to">
        {keys.map((key) => (
          <option key={key} value={key}>
            {context.site.people.get(key)?.name ?? key}
          </option>
        ))}
      </select>
    </label>
  );
}

interface VerbFormProps {
  readonly context: PageContext;
  readonly action: string;
  readonly back: string;
  readonly stack?: boolean;
  readonly children: JSX.Element | readonly JSX.Element[];
}

/** A form that changes something, with the session's own field. */
export function VerbForm({ context, action, back, stack, children }: VerbFormProps): JSX.Element {
  return (
    <form method="post" action={action} class={stack === true ? "stack" : ""}>
      <input type="hidden" name="csrf" value={context.viewer?.csrf ?? ""} />
      <input type="hidden" name="back" value={back} />
      {children}
    </form>
  );
}
