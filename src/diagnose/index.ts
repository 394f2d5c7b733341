export { repairActions } from "./actions/actions.ts";
export { openCatalogue } from "./catalogue/desk.ts";
export { createDiagnoses, type Diagnoses } from "./diagnoses.ts";
export { createDiagnostician } from "./diagnostician.ts";
export { gatherers } from "./gather/index.ts";
export { judgeScope } from "./scope.ts";
