import type { FastifyReply } from "fastify";
import type { Lang } from "../kernel/lang.ts";
import type { Site } from "../kernel/model/site.ts";
import { styleHash } from "../render/css.ts";
import { renderPage } from "../render/layout.tsx";
import { peopleWords } from "../words/people.ts";
import { sendText } from "./compress.ts";
import { webCss } from "./css.ts";
import { ReachForm, ReachProblem, ReachThanks, type ReachView } from "./pages/reach.tsx";

export type ReachBody =
  | ({ readonly kind: "form" } & Omit<ReachView, "lang">)
  | { readonly kind: "thanks" }
  | { readonly kind: "problem"; readonly message: string; readonly fix: string };

export interface ReachPage {
  readonly lang: Lang;
  readonly site: Site;
  readonly body: ReachBody;
  /** address of its script; null when it was not built */
  readonly script: string | null;
}

/** Sends the public page. */
export function sendReach(reply: FastifyReply, { lang, site, body, script }: ReachPage): FastifyReply {
  const other: Lang = lang === "ja" ? "en" : "ja";
  const html = renderPage({
    lang,
    title: `${peopleWords(lang).title} — ${site.statusPage?.title ?? site.name}`,
    css: webCss,
    look: { "data-framed": "no" },
    head: (
      <>
        <meta name="robots" content="noindex" />
        {script === null || body.kind !== "form" ? null : <script type="module" src={script} />}
      </>
    ),
    body: bodyOf(lang, body),
    footer: (
      <p>
        <a href={`/status/reach?lang=${other}`} hreflang={other} lang={other}>
          {other === "ja" ? "日本語" : "English"}
        </a>
      </p>
    ),
  });
  void reply
    .header("content-security-policy", policy(body))
    .header("referrer-policy", "same-origin")
    .header("x-content-type-options", "nosniff")
    .header("x-frame-options", "DENY")
    .header("cache-control", "no-store")
    .header("content-language", lang)
    .type("text/html; charset=utf-8");
  return sendText(reply, html);
}

function policy(body: ReachBody): string {
  return [
    "default-src 'none'",
    `style-src ${styleHash(webCss)}`,
    "script-src 'self'",
    // a service may redirect its visitors to any other host
    ...(body.kind === "form" ? ["connect-src https: http:"] : []),
    "form-action 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ].join("; ");
}

function bodyOf(lang: Lang, body: ReachBody): ReturnType<typeof ReachForm> {
  if (body.kind === "form") return <ReachForm lang={lang} {...body} />;
  if (body.kind === "thanks") return <ReachThanks lang={lang} />;
  return <ReachProblem lang={lang} message={body.message} fix={body.fix} />;
}
