export type { ScopeInput } from "./matrix.ts";
export { judgeScope } from "./scope.ts";
