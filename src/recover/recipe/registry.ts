import { sectionNames, type RecipeSection, type SectionName } from "./section.ts";
import { configuration } from "./sections/configuration.ts";
import { cron } from "./sections/cron.ts";
import { disks } from "./sections/disks.ts";
import { dns } from "./sections/dns.ts";
import { identity } from "./sections/identity.ts";
import { kernel } from "./sections/kernel.ts";
import { network } from "./sections/network.ts";
import { packages } from "./sections/packages.ts";
import { runtimes } from "./sections/runtimes.ts";
import { sources } from "./sections/sources.ts";
import { state } from "./sections/state.ts";
import { tls } from "./sections/tls.ts";
import { units } from "./sections/units.ts";
import { users } from "./sections/users.ts";

const byName: Readonly<Record<SectionName, RecipeSection>> = {
  identity,
  disks,
  sources,
  users,
  packages,
  configuration,
  tls,
  network,
  kernel,
  units,
  runtimes,
  cron,
  dns,
  state,
};

/** Every section in the order of the replay: accounts before packages, so that numbers stay; rules before services. */
export const sections: readonly RecipeSection[] = sectionNames.map((name) => byName[name]);
