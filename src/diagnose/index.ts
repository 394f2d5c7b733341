export { judgeScope } from "./scope.ts";
