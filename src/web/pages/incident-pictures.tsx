import type { JSX } from "preact";
import type { IncidentPicture } from "../../kernel/model/picture.ts";
import { learnedWords } from "../../words/learned.ts";
import type { PageContext } from "../context.ts";
import { when } from "./summary.tsx";

/** What pages showed when their checks first failed; each opens in full. */
export function Pictures({
  context,
  pictures,
}: {
  context: PageContext;
  pictures: readonly IncidentPicture[];
}): JSX.Element | null {
  if (pictures.length === 0) return null;
  const say = learnedWords(context.lang);
  return (
    <div id="pictures">
      <h3>{say.pictures}</h3>
      {pictures.map((picture) => {
        const caption = say.picture(picture.checkId, when(context, picture.at));
        const address = pictureAddress(picture);
        return (
          <figure key={picture.id} class="shot">
            <a href={address}>
              <img src={address} alt={caption} loading="lazy" />
            </a>
            <figcaption class="mut">{caption}</figcaption>
          </figure>
        );
      })}
    </div>
  );
}

function pictureAddress({ incidentId, id }: IncidentPicture): string {
  return `/api/v1/incidents/${incidentId}/pictures/${id}`;
}
