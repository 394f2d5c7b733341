import type { KoboshiError } from "../../kernel/errors.ts";
import type { PublishTarget } from "../../kernel/model/site.ts";
import type { Result } from "../../kernel/result.ts";
import type { PageFile } from "../edition.ts";
import type { PublishContext } from "../publisher.ts";
import { folder } from "./folder.ts";
import { sftp } from "./sftp.ts";

/** The only list of ways to publish. */
export const publishers = [folder, sftp] as const;

/** Publishes to one target by the way it names. */
export function publishPage(
  target: PublishTarget,
  files: readonly PageFile[],
  context: PublishContext,
): Promise<Result<{ readonly hash: string }, KoboshiError>> {
  return target.kind === "folder" ? folder.publish(target, files, context) : sftp.publish(target, files, context);
}
