import { z } from "zod";

/** What something in the room tried to reach, and did not. */
export interface Blocked {
  readonly address: string;
  readonly protocol: string;
  readonly port: number;
}

/** Addresses of the room's own questions; they are no attempt of the application. */
const ownQuestions: ReadonlySet<string> = new Set(["203.0.113.9", "198.51.100.7"]);

const NftSets = z.object({
  nftables: z.array(z.object({ set: z.object({ elem: z.array(z.unknown()).optional() }).optional() })),
});
const Element = z.object({ concat: z.array(z.union([z.string(), z.number()])) });

/** What the firewall's sets remember, as `nft -j list sets` prints them. */
export function readSets(json: string): readonly Blocked[] {
  const sets = NftSets.safeParse(parsed(json));
  if (!sets.success) return [];
  return sets.data.nftables
    .flatMap(({ set }) => set?.elem ?? [])
    .flatMap((elem) => {
      const one = Element.safeParse(bare(elem));
      if (!one.success) return [];
      const [address, second, third] = one.data.concat;
      const isMail = third === undefined;
      return [
        { address: String(address), protocol: isMail ? "tcp" : String(second), port: Number(isMail ? second : third) },
      ];
    })
    .filter(({ address }) => !ownQuestions.has(address));
}

/** Some versions wrap an element to add its counter or age. */
function bare(elem: unknown): unknown {
  const wrapped = z.object({ elem: z.object({ val: z.unknown() }) }).safeParse(elem);
  return wrapped.success ? wrapped.data.elem.val : elem;
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json) as unknown;
  } catch {
    return null;
  }
}
