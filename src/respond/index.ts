export { checkAckToken } from "./ack-tokens.ts";
export { channels } from "./channels/index.ts";
export { createEscalation } from "./escalation.ts";
export { createIncidents } from "./incidents/incidents.ts";
export { incidentView } from "./incident-view.ts";
export { webhookSecret } from "./kept-secrets.ts";
export { createNotices } from "./queue.ts";
export { createOutbox } from "./outbox.ts";
export { activeChannelKinds, channelKinds, respondSchema, type ChannelKind } from "./schema.ts";
