# A repository that can be added to, and not deleted from.
set -eu
mkdir -p /srv/repository
