import { writeFiles } from "../files.ts";
import type { RecipeSection } from "../section.ts";

/** Certificates with their keys and how they are renewed; fingerprints and ends for a person to compare. */
export const tls: RecipeSection = {
  name: "tls",
  capture: String.raw`SECRECY=
find /etc/letsencrypt /etc/ssl/private /etc/pki/tls/private /etc/pki/tls/certs -xdev \( -type f -o -type l \) 2>/dev/null | sort | while IFS= read -r f; do
  if has dpkg && dpkg -S "$f" >/dev/null 2>&1; then continue; fi
  case "$f" in *key*|*/private/*) SECRECY=secret;; *) SECRECY=;; esac
  file_item "$f"
done
SECRECY=
for f in /etc/ssl/certs/*; do
  [ -f "$f" ] && [ ! -L "$f" ] || continue
  case "$f" in */ca-certificates.crt|*/java) continue;; esac
  file_item "$f"
done
has openssl && for f in /etc/letsencrypt/live/*/cert.pem /etc/ssl/*.crt /etc/ssl/*.pem /etc/nginx/*.crt /etc/nginx/*.pem /etc/apache2/*.crt; do
  [ -f "$f" ] || continue
  s=$(openssl x509 -in "$f" -noout -fingerprint -sha256 -enddate -subject 2>/dev/null | tr '\n' ' ')
  [ -n "$s" ] && item "certificate$f" "$s"
done
`,
  never: ({ without }) => without ?? null,
  tellsExtra: false,
  act: (todo, bound) =>
    writeFiles(
      todo.filter(({ file }) => file !== undefined),
      bound,
    ),
};
