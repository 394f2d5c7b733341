import type { RecipeSection } from "../section.ts";
import { byHand, never } from "./plain.ts";

/** Versions of languages, container images by digest, and which lock files pin what runs. */
export const runtimes: RecipeSection = {
  name: "runtimes",
  capture: String.raw`for p in node php python3 ruby java perl; do has $p || continue
  case $p in php) v=$(php -r 'echo PHP_VERSION;' 2>/dev/null);; java) v=$(java -version 2>&1 | head -n 1 | tr -d '"');; perl) v=$(perl -e 'print $^V');; *) v=$($p --version 2>&1 | head -n 1);; esac
  item "runtime/$p" "$v"; done
if has docker; then
  docker image ls --digests --format '{{.Repository}}:{{.Tag}} {{.Digest}}' 2>/dev/null | while read -r n d; do item "image/$n" "$d"; done
  docker compose ls --format json 2>/dev/null | grep -o '"ConfigFiles":"[^"]*"' | cut -d'"' -f4 | while read -r f; do item "compose/$f" "$(sha256sum < "$f" 2>/dev/null | cut -d' ' -f1)"; done
fi
find /srv /opt /var/www /home -xdev -maxdepth 5 -not -path '*/node_modules/*' \( -name package-lock.json -o -name yarn.lock -o -name composer.lock -o -name Gemfile.lock -o -name requirements.txt -o -name poetry.lock -o -name compose.yaml -o -name docker-compose.yml \) -type f 2>/dev/null | sort | head -n 500 | while IFS= read -r f; do item "lock$f" "$(sha256sum < "$f" | cut -d' ' -f1)"; done
`,
  never: never("by-hand"),
  ...byHand,
};
