export { createPrevention, type Prevention } from "./prevention.ts";
export { heldBySubject } from "./windows/held-subjects.ts";
export { preventSchema } from "./schema.ts";
