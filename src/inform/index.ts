export { readPage } from "./gather.ts";
export type { PageFile } from "./edition.ts";
export { createPublisher } from "./publish.ts";
export type { PagePublisher } from "./publish.ts";
export { createReportDesk, type ReportDesk, type ReportState } from "./reports/desk.ts";
export { reportFile } from "./reports/file.ts";
export { ReportBody } from "./reports/html.tsx";
export { reportForm } from "./reports/report.ts";
export { informSchema } from "./schema.ts";
