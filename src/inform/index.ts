export { pageModel } from "./page.ts";
export type { PageModel } from "./page.ts";
export { readPage } from "./gather.ts";
export { pageEdition } from "./edition.ts";
export type { PageFile } from "./edition.ts";
export { createPublisher } from "./publish.ts";
export type { PagePublisher, PublisherStatus } from "./publish.ts";
export { publishPage, publishers } from "./publishers/index.ts";
export { informSchema } from "./schema.ts";
