export { createPrevention, heldBySubject, type Prevention } from "./prevention.ts";
export { preventSchema } from "./schema.ts";
