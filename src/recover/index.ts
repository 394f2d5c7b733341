export { recoverSchema } from "./schema.ts";
export { createAuditDesk } from "./audit/desk.ts";
export { backupAttentions } from "./attentions.ts";
export { backupVerdict, secondsOf, type BackupVerdict } from "./verdict.ts";
export { drillStory } from "./drill/story.ts";
export { createRebuild } from "./recipe/rebuild.ts";
export { createRestoreDoor } from "./restore/door.ts";
export { readBackupsHere } from "./offline.ts";
export { createRecovery, type Recovery } from "./recovery.ts";
