import type { Stamp } from "../clock.ts";

/** A page as it stood when its check failed, kept with the incident. */
export interface IncidentPicture {
  readonly id: number;
  readonly incidentId: number;
  readonly checkId: string;
  readonly at: Stamp;
  readonly media: "image/jpeg" | "image/png";
  readonly bytes: number;
}
