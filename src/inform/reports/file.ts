import type { Clock } from "../../kernel/clock.ts";
import { printPdf } from "../../clients/chromium-print.ts";
import type { KoboshiError } from "../../kernel/errors.ts";
import { ok, type Result } from "../../kernel/result.ts";
import type { ReportDocument } from "./document.ts";
import { toHtml } from "./html.tsx";
import { toMarkdown } from "./markdown.ts";

const reportFormats = ["md", "html", "pdf", "json"] as const;
type ReportFormat = (typeof reportFormats)[number];

export interface ReportFile {
  /** `KB-2026-241-customer-ja.md` */
  readonly name: string;
  readonly mediaType: string;
  readonly bytes: Buffer;
}

interface Printer {
  readonly clock: Clock;
  /** the browser that prints; null when this machine has none */
  readonly chromium: string | null;
}

const mediaTypes: Readonly<Record<ReportFormat, string>> = {
  md: "text/markdown; charset=utf-8",
  html: "text/html; charset=utf-8",
  pdf: "application/pdf",
  json: "application/json; charset=utf-8",
};

/** Writes a report in one format. @returns KB7002 when a PDF is asked for and cannot be printed */
export async function reportFile(
  report: ReportDocument,
  format: ReportFormat,
  printer: Printer,
): Promise<Result<ReportFile, KoboshiError>> {
  const name = `${report.number}-${report.version}-${report.lang}.${format}`;
  const bytes = await bytesOf(report, format, printer);
  return bytes.ok ? ok({ name, mediaType: mediaTypes[format], bytes: bytes.value }) : bytes;
}

async function bytesOf(
  report: ReportDocument,
  format: ReportFormat,
  printer: Printer,
): Promise<Result<Buffer, KoboshiError>> {
  if (format === "pdf") return printPdf(toHtml(report), printer);
  if (format === "md") return ok(Buffer.from(toMarkdown(report)));
  return ok(Buffer.from(format === "html" ? toHtml(report) : `${JSON.stringify(report, null, 2)}\n`));
}
