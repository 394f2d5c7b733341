export { recoverSchema } from "./schema.ts";
