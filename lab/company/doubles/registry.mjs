import { stateOf } from "./state.mjs";

const dayMs = 86_400_000;

/** What the registry says of a domain, as RFC 9083 writes it. State: `{"shop.test": {"expiresInDays": 200, "status": ["active"]}}` */
export function registrationOf(domain) {
  const known = stateOf("rdap", {});
  const usual = { expiresInDays: 200, status: ["active"] };
  const said = known[domain] ?? (["shop.test", "neighbour.test", "other.test"].includes(domain) ? usual : null);
  if (said === null) {
    return { status: 404, body: { rdapConformance: ["rdap_level_0"], errorCode: 404, title: "not registered" } };
  }
  const { expiresInDays, status } = { ...usual, ...said };
  const body = {
    rdapConformance: ["rdap_level_0"],
    objectClassName: "domain",
    ldhName: domain,
    status,
    events: [
      { eventAction: "registration", eventDate: "2001-02-14T00:00:00Z" },
      { eventAction: "expiration", eventDate: new Date(Date.now() + expiresInDays * dayMs).toISOString() },
    ],
    entities: [
      {
        objectClassName: "entity",
        roles: ["registrar"],
        vcardArray: [
          "vcard",
          [
            ["version", {}, "text", "4.0"],
            ["fn", {}, "text", "オムニレジストラ"],
          ],
        ],
      },
    ],
  };
  return { status: 200, body };
}
