// FOLDER PORT TOKEN: takes alerts until it is killed.
import { openAlertDesk } from "../../doubles/alert-desk.ts";
import { watchedSite } from "../../doubles/watched-site.ts";

const [folder = "", port = "", token = ""] = process.argv.slice(2);
await openAlertDesk({ folder, port: Number(port), token, site: watchedSite({ services: { shop: {} } }) });
process.stdout.write("ready\n");
