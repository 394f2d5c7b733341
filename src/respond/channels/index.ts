import type { Channel, ChannelKind } from "../../kernel/model/channel.ts";
import { mail } from "./mail.ts";
import { webhook } from "./webhook.ts";

/** Every way to tell, one file each; the only list. */
export const channels: readonly Channel[] = [mail, webhook];

/** @returns undefined for a kind this version does not know */
export function channelOf(kind: ChannelKind): Channel | undefined {
  return channels.find((channel) => channel.kind === kind);
}
