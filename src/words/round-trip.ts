import { catalogue } from "./catalogue.ts";

/** The mail of a round trip: whoever finds one in a mailbox learns what it is. */
export const roundTripWords = catalogue(
  {
    body: [
      "これは koboshi が、メールがきちんと届くかを確かめるために自動で送ったメールです。",
      "届いたことを確かめると、koboshi が自分で削除します。残っていても、消していただいてかまいません。",
    ].join("\n"),
  },
  {
    body: [
      "koboshi sent this mail by itself, to see whether mail arrives.",
      "It removes the mail once it has arrived; one that is left behind may be deleted.",
    ].join("\n"),
  },
);
