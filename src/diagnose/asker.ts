import type { Asker, Gathered } from "./course.ts";
import { together, type Gatherer } from "./gather/gatherer.ts";
import type { Situation } from "./gather/situation.ts";
import type { Offer } from "./model.ts";

/** All gatherers as one: what several of them would look at for the same bundle and target is one offer. */
export function createAsker(
  gatherers: readonly Gatherer[],
  situation: Situation,
  renewed: (() => Situation) | null = null,
): Asker {
  let now = situation;
  const offered = new Map<string, { offer: Offer; from: { gatherer: Gatherer; own: Offer }[] }>();
  for (const gatherer of gatherers) {
    for (const own of gatherer.offers(situation)) {
      const key = `${own.bundle} ${own.target ?? ""}`;
      const known = offered.get(key);
      if (known === undefined) offered.set(key, { offer: own, from: [{ gatherer, own }] });
      else {
        known.offer = merged(known.offer, own);
        known.from.push({ gatherer, own });
      }
    }
  }
  const offers = [...offered.values()].map(({ offer }) => offer);
  return {
    offers: () => offers,
    renew:
      renewed === null
        ? null
        : () => {
            now = renewed();
          },
    async gather(offer, signal): Promise<Gathered> {
      const { from } = offered.get(`${offer.bundle} ${offer.target ?? ""}`) ?? { from: [] };
      return together(await Promise.all(from.map(({ gatherer, own }) => gatherer.gather(own, now, signal))));
    },
  };
}

function merged(one: Offer, other: Offer): Offer {
  return {
    ...one,
    tells: [...one.tells, ...other.tells],
    expectedSeconds: Math.max(one.expectedSeconds, other.expectedSeconds),
  };
}
