import type { Lang } from "../kernel/lang.ts";
import { baseCss } from "../render/css.ts";
import { renderPage } from "../render/layout.tsx";
import type { ReportSection } from "./logs-text.ts";

const css = [
  baseCss,
  "table{border-collapse:collapse;width:100%;font-size:.9rem}",
  "td{border-bottom:1px solid var(--line);padding:.3rem .5rem;vertical-align:top;overflow-wrap:anywhere}",
  "td:first-child{white-space:nowrap;font-variant-numeric:tabular-nums}",
  "@media(max-width:30rem){tr,td{display:block}td:first-child{border:0;padding-bottom:0;white-space:normal}}",
].join("");

/** A report as one page that needs nothing else. */
export function sectionsPage(sections: readonly ReportSection[], title: string, lang: Lang): string {
  return renderPage({
    lang,
    title,
    css,
    body: (
      <>
        <h1>{title}</h1>
        {sections.map((section) => (
          <section>
            <h2>{section.title}</h2>
            {section.note === null ? null : <p>{section.note}</p>}
            <table>
              <tbody>
                {section.rows.map(({ figure, text }) => (
                  <tr>
                    <td>{figure}</td>
                    <td>{text}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </section>
        ))}
      </>
    ),
  });
}
