export { readPage } from "./gather.ts";
export type { PageModel } from "./page.ts";
export { pageEdition } from "./edition.ts";
export type { PageFile } from "./edition.ts";
export { createPublisher } from "./publish.ts";
export type { PagePublisher } from "./publish.ts";
export { informSchema } from "./schema.ts";
