// What stands beside the hub: the mail server it sends by, and the lab's way in.
import { openDoor } from "./door.mjs";
import { catchMails } from "./sink.mjs";

catchMails("/run/lab/mails.jsonl");
openDoor("/run/lab/door.sock", 7373);
