# A repository reached by SFTP: whoever holds the key may also delete.
set -eu
mkdir -p /srv/repository /run/sshd
useradd --system --home-dir /srv/repository --shell /usr/sbin/nologin repository
usermod -p '*' repository
chown repository:repository /srv/repository
rm -f /etc/ssh/ssh_host_* /etc/ssh/sshd_config.d/*
cp /run/lab/keys/host-bk1 /etc/ssh/ssh_host_ed25519_key
cp /run/lab/keys/host-bk1.pub /etc/ssh/ssh_host_ed25519_key.pub
chmod 600 /etc/ssh/ssh_host_ed25519_key
mkdir -p /etc/ssh/keys
cat /run/lab/keys/backup.pub >/etc/ssh/keys/repository
cat >/etc/ssh/sshd_config.d/repository.conf <<CONF
UsePAM no
PasswordAuthentication no
AuthorizedKeysFile /etc/ssh/keys/%u
ForceCommand internal-sftp
CONF
