import type { JSX } from "preact";
import { encode } from "uqr";
import { accessWords } from "../../words/access.ts";
import type { PageContext } from "../context.ts";
import type { Page } from "../frame.tsx";
import { BackToSettings, ChangeForm, Outcome, ToldOnce, type FormProblem } from "./account-parts.tsx";

export interface TotpView {
  /** what the picture says, `otpauth://…` */
  readonly uri: string;
  /** the secret as it is typed by hand, base 32 */
  readonly typed: string;
  readonly problem: FormProblem | null;
}

/** Adds koboshi to an authenticator app: by the picture or by hand, and proven by a code. */
export function totpPage(context: PageContext, view: TotpView): Page {
  const words = accessWords(context.lang);
  return {
    title: words.totpTitle,
    mark: "ok",
    here: "settings",
    status: view.problem?.status ?? 200,
    body: (
      <>
        <h1>{words.totpTitle}</h1>
        <Outcome context={context} problem={view.problem} done={null} />
        <p>{words.totpScan}</p>
        <QrCode text={view.uri} label={words.totpQr} />
        <p>{words.totpTyped}</p>
        <p>
          <code>{(view.typed.match(/.{1,4}/g) ?? []).join(" ")}</code>
        </p>
        <ChangeForm context={context} action="/settings/account/totp/prove">
          <label>
            {words.totpProve}
            <input name="code" required inputMode="numeric" autocomplete="one-time-code" maxLength={12} />
          </label>
          <button class="pri">{words.totpSend}</button>
        </ChangeForm>
        <BackToSettings context={context} />
      </>
    ),
  };
}

/** ISO/IEC 18004 asks for a quiet zone of four modules; dark on light in every theme, or no camera reads it. */
const quietModules = 4;
const sidePx = 232;

function QrCode({ text, label }: { text: string; label: string }): JSX.Element {
  const { size, data } = encode(text, { ecc: "M", border: quietModules });
  const dark = data.flatMap((row, y) => row.flatMap((on, x) => (on ? [`M${x} ${y}h1v1h-1z`] : []))).join("");
  return (
    <svg
      role="img"
      aria-label={label}
      width={sidePx}
      height={sidePx}
      viewBox={`0 0 ${size} ${size}`}
      shape-rendering="crispEdges"
    >
      <rect width={size} height={size} fill="#fff" />
      <path d={dark} fill="#000" />
    </svg>
  );
}

/** Recovery codes, told this once. */
export function codesPage(context: PageContext, codes: readonly string[]): Page {
  const words = accessWords(context.lang);
  return {
    title: words.codesTitle,
    mark: "ok",
    here: "settings",
    body: (
      <>
        <h1>{words.codesTitle}</h1>
        <p>{words.codesHow}</p>
        <ToldOnce lines={codes} label={words.codesTitle} />
        <p>
          <a class="btn pri" href="/settings/account">
            {words.codesDone}
          </a>
        </p>
      </>
    ),
  };
}
