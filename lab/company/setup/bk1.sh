# A repository reached by SFTP.
set -eu
mkdir -p /srv/repository /run/sshd
useradd --system --home-dir /srv/repository --shell /usr/sbin/nologin repository
usermod -p '*' repository
chown repository:repository /srv/repository
rm -f /etc/ssh/ssh_host_* /etc/ssh/sshd_config.d/*
ssh-keygen -q -t ed25519 -N '' -f /etc/ssh/ssh_host_ed25519_key
mkdir -p /etc/ssh/keys
cat /run/lab/keys/read.pub >/etc/ssh/keys/repository
cat >/etc/ssh/sshd_config.d/repository.conf <<CONF
UsePAM no
PasswordAuthentication no
AuthorizedKeysFile /etc/ssh/keys/%u
ForceCommand internal-sftp
CONF
