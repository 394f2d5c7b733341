import type { JSX } from "preact";
import type { Lang } from "../../kernel/lang.ts";
import { printable } from "../../render/html.ts";
import { renderPage } from "../../render/layout.tsx";
import { letterWords } from "../../words/report.ts";
import { reportPageWords } from "../../words/report-page.ts";
import { openBlanks, type Block, type Line, type ReportDocument, type Span } from "./document.ts";
import { reportCss } from "../../render/report-css.ts";

/** The report as one page that needs nothing else, made for the screen and for paper (A4). */
export function toHtml(report: ReportDocument): string {
  const open = openBlanks(report).length;
  const say = reportPageWords(report.lang);
  return renderPage({
    lang: report.lang,
    title: `${report.number} ${report.title}`,
    css: reportCss,
    head: <meta name="robots" content="noindex" />,
    body: (
      <>
        {open === 0 ? null : <p class="notice s-warning">{say.openBlanks(open)}</p>}
        <ReportBody report={report} />
      </>
    ),
  });
}

/** The report's own content, for pages of ours that show it. */
export function ReportBody({ report }: { report: ReportDocument }): JSX.Element {
  return (
    <article class="report" lang={report.lang}>
      <h1>{report.title}</h1>
      {report.blocks.map((block) => (
        <BlockView block={block} lang={report.lang} />
      ))}
    </article>
  );
}

function BlockView({ block, lang }: { block: Block; lang: Lang }): JSX.Element {
  if (block.kind === "heading") return <h2>{block.text}</h2>;
  if (block.kind === "table") return <Table block={block} lang={lang} />;
  if (block.kind === "list") {
    return (
      <ul>
        {block.lines.map((spans) => (
          <li>
            <LineView spans={spans} lang={lang} />
          </li>
        ))}
      </ul>
    );
  }
  return (
    <p class={block.align ?? ""}>
      <LineView spans={block.line} lang={lang} />
    </p>
  );
}

function Table({ block, lang }: { block: Extract<Block, { kind: "table" }>; lang: Lang }): JSX.Element {
  return (
    <table>
      <thead>
        <tr>
          {block.head.map((cell) => (
            <th scope="col">{cell}</th>
          ))}
        </tr>
      </thead>
      <tbody>
        {block.rows.map((cells) => (
          <tr>
            {cells.map((spans) => (
              <td>
                <LineView spans={spans} lang={lang} />
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function LineView({ spans, lang }: { spans: Line; lang: Lang }): JSX.Element {
  return (
    <>
      {spans.map((span) => (
        <SpanView span={span} lang={lang} />
      ))}
    </>
  );
}

function SpanView({ span, lang }: { span: Span; lang: Lang }): JSX.Element {
  if (span.kind === "text") return <>{printable(span.text)}</>;
  if (span.kind === "blank") {
    if (span.value === null) return <mark>{letterWords(lang).blank(span.hint)}</mark>;
    return <span class="own">{printable(span.value)}</span>;
  }
  const words = printable(span.text);
  return span.evidence === null ? (
    <span class="fact">{words}</span>
  ) : (
    <a class="fact" href={span.evidence}>
      {words}
    </a>
  );
}
