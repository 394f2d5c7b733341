import { once } from "node:events";
import type { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import PostalMime from "postal-mime";
import { SMTPServer } from "smtp-server";

export interface DemoMail {
  readonly subject: string;
  readonly text: string;
}

/** A mailbox that takes every mail koboshi sends and hands it to `arrived`. */
export interface Mailbox {
  readonly port: number;
  stop(): Promise<void>;
}

const longestMailBytes = 1_000_000;

export async function startMailbox(arrived: (mail: DemoMail) => void): Promise<Mailbox> {
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ["AUTH", "STARTTLS"],
    size: longestMailBytes,
    logger: false,
    onData(stream, _session, callback) {
      void take(stream, arrived, callback);
    },
  });
  const listening = server.listen(0, "127.0.0.1");
  await once(listening, "listening");
  const address = listening.address();
  if (address === null || typeof address === "string") throw new Error("no port was given");
  return {
    port: address.port,
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

/** Reads one mail to its end, and tells the sender whether it was taken. */
async function take(
  stream: Readable,
  arrived: (mail: DemoMail) => void,
  answer: (refused: Error | null) => void,
): Promise<void> {
  try {
    const mail = await PostalMime.parse(await buffer(stream));
    arrived({ subject: mail.subject ?? "", text: mail.text ?? "" });
  } catch (thrown) {
    answer(thrown instanceof Error ? thrown : new Error(String(thrown)));
    return;
  }
  answer(null);
}
