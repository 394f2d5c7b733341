import type { ComponentChildren } from "preact";
import type { Lang } from "../kernel/lang.ts";
import { renderWords } from "../words/render.ts";
import { baseCss } from "./css.ts";
import { htmlDocument } from "./html.ts";

export interface PageParts {
  readonly lang: Lang;
  readonly title: string;
  /** further `<link>` and `<meta>` */
  readonly head?: ComponentChildren;
  /** what stands above `<main>`, in a `<header>` */
  readonly header?: ComponentChildren;
  /** the content of `<main>` */
  readonly body: ComponentChildren;
  readonly footer?: ComponentChildren;
  /** the address of a stylesheet that holds `baseCss`; without it the style is written into the page */
  readonly stylesheet?: string;
  /** the style written into the page; `baseCss` when not given */
  readonly css?: string;
  /** `data-…` attributes of the document, which its style looks at */
  readonly look?: Readonly<Record<`data-${string}`, string>>;
}

/** One HTML page that is whole without JavaScript, with a way to skip to its content. */
export function renderPage(parts: PageParts): string {
  const { lang, title, head, header, body, footer, stylesheet, css = baseCss, look = {} } = parts;
  return htmlDocument(
    <html lang={lang} {...look}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width,initial-scale=1" />
        <title>{title}</title>
        {head}
        {stylesheet === undefined ? (
          <style dangerouslySetInnerHTML={{ __html: css }} />
        ) : (
          <link rel="stylesheet" href={stylesheet} />
        )}
      </head>
      <body>
        <a class="skip" href="#main">
          {renderWords(lang).skip}
        </a>
        {header === undefined ? null : <header>{header}</header>}
        <main id="main">{body}</main>
        {footer === undefined ? null : <footer class="mut">{footer}</footer>}
      </body>
    </html>,
  );
}
