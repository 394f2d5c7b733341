import type { JSX } from "preact";
import { errorCodes, type KoboshiError } from "../../kernel/errors.ts";
import { explainError } from "../../words/errors.ts";
import type { PageContext } from "../context.ts";
import type { Page } from "../frame.tsx";

/** What did not work, what still does, and how to mend it. */
export function problemPage(context: PageContext, error: KoboshiError, options: { readonly frame: boolean }): Page {
  const told = tell(context, error);
  return {
    title: told.title,
    mark: "unknown",
    status: errorCodes[error.code].status,
    frame: options.frame,
    body: <Told context={context} told={told} code={error.code} linked={options.frame} />,
  };
}

interface Telling {
  readonly title: string;
  readonly message: string;
  readonly fix: string;
}

function tell({ say, lang }: PageContext, error: KoboshiError): Telling {
  const { message, fix } = explainError(error.code, error.facts, lang);
  if (error.code === "KB1002") return { title: say.notFound, message: "", fix: say.notFoundMore };
  if (error.code === "KB1004") return { title: say.ourFault, message: say.ourFaultMore, fix: "" };
  if (error.code.startsWith("KB20")) return { title: say.historyUnreadable(error.code), message, fix };
  if (error.code === "KB3003") return { title: say.linkExpired, message, fix };
  if (error.code !== "KB3002") return { title: say.problem, message, fix };
  const why = String(error.facts["why"] ?? "");
  const reasons: Readonly<Record<string, string>> = {
    proxy: say.refusedProxy(why),
    host: say.refusedHost(why),
    origin: say.refusedOrigin(why),
    form: say.refusedForm,
    scope: say.refusedScope,
  };
  return { title: say.problem, message: "", fix: reasons[String(error.facts["cause"])] ?? `${message} ${fix}` };
}

function Told({
  context,
  told,
  code,
  linked,
}: {
  context: PageContext;
  told: Telling;
  code: string;
  linked: boolean;
}): JSX.Element {
  const { say } = context;
  return (
    <>
      <section class="v s-unknown" aria-labelledby="verdict">
        <h1 id="verdict">{told.title}</h1>
        {told.message === "" ? null : <p>{told.message}</p>}
        {told.fix === "" ? null : <p>{told.fix}</p>}
      </section>
      {linked ? (
        <div class="act">
          <a class="btn" href="/">
            {say.backHome}
          </a>
        </div>
      ) : null}
      <p class="mut">{say.errorCode(code)}</p>
    </>
  );
}
