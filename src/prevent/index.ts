export { preventSchema } from "./schema.ts";
