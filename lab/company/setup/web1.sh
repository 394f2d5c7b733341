# The shop's own machine. Variables: FILES (files of this host), REPOSITORY, NODE, SSH_KEY (public), SUDOERS
set -eu
cp -r "$FILES/." /

# a small area of its own for mail and its queue, another for the application's sessions
mkdir /tmp/spool
cp -a /var/spool/. /tmp/spool/
mount -t tmpfs -o mode=755,size=91m none /var/spool
cp -a /tmp/spool/. /var/spool/
rm -rf /tmp/spool /var/spool/mail
for queue in active bounce corrupt defer deferred flush hold incoming maildrop saved trace; do
  [ ! -d "/var/spool/postfix/$queue" ] || find "/var/spool/postfix/$queue" -type f -delete
done
for user in probe info sales; do
  mkdir -p "/var/spool/mail/$user/new" "/var/spool/mail/$user/cur" "/var/spool/mail/$user/tmp"
done
chown -R 8:8 /var/spool/mail
mkdir -p /var/lib/shop/sessions /var/log/shop /run/shop /srv/shop
# a file system of its own, which can fail as a disk's does; in memory where this machine has no loop devices
truncate -s 16M /var/lib/shop/sessions.img
mkfs.ext4 -q -F -m 0 -b 1024 -N 12000 /var/lib/shop/sessions.img
mount /var/lib/shop/sessions 2>/dev/null || mount -t tmpfs -o mode=755,size=16m,nr_inodes=12000 none /var/lib/shop/sessions
rm -rf /var/lib/shop/sessions/lost+found
chown www-data:www-data /var/lib/shop/sessions
chown www-data:adm /var/log/shop

cp "$REPOSITORY"/lab/company/shop/*.mjs /srv/shop/
ln -s "$REPOSITORY/node_modules" /srv/shop/node_modules
echo 1.4.2 >/srv/shop/VERSION
echo "$NODE" >/etc/shop/node
echo '+0' >/etc/faketimerc
rm -f /etc/cron.d/* /etc/cron.daily/* /etc/cron.hourly/* /etc/cron.weekly/* /etc/cron.monthly/*
cp "$FILES/etc/cron.d/shop" /etc/cron.d/shop
chmod 644 /etc/cron.d/shop
chown root:root /etc/cron.d/shop /usr/local/sbin/shopctl /usr/local/sbin/order-report

# logs begin here
find /var/log -type f -delete
install -m 640 -g adm /dev/null /var/log/kern.log
mkdir -p /var/log/apache2 /var/log/chrony /run/sshd /run/rsyslog /var/spool/rsyslog
chown _chrony:_chrony /var/log/chrony

useradd --system --create-home --home-dir /var/lib/koboshi --shell /bin/sh --groups adm koboshi
mkdir -p /var/lib/koboshi/.ssh
echo "$SSH_KEY" >/var/lib/koboshi/.ssh/authorized_keys
# its copies go to bk1 with a key of their own
cp /run/lab/keys/backup /var/lib/koboshi/.ssh/id_ed25519
chown -R koboshi:koboshi /var/lib/koboshi/.ssh
chmod 700 /var/lib/koboshi/.ssh
chmod 600 /var/lib/koboshi/.ssh/id_ed25519
echo "bk1 $(cut -d ' ' -f 1,2 /run/lab/keys/host-bk1.pub)" >/etc/ssh/ssh_known_hosts
usermod -p '*' koboshi
echo "$SUDOERS" >/etc/sudoers.d/koboshi
chmod 440 /etc/sudoers.d/koboshi
rm -f /etc/ssh/ssh_host_*
cp /run/lab/keys/host-web1 /etc/ssh/ssh_host_ed25519_key
cp /run/lab/keys/host-web1.pub /etc/ssh/ssh_host_ed25519_key.pub
chmod 600 /etc/ssh/ssh_host_ed25519_key

mkdir -p /etc/ssl/shop
cp /run/lab/keys/shop-fullchain.pem /etc/ssl/shop/fullchain.pem
cp /run/lab/keys/mail-fullchain.pem /etc/ssl/shop/mail-fullchain.pem
cp /run/lab/keys/shop.key /etc/ssl/private/shop.key
cp /run/lab/keys/mail.key /etc/ssl/private/mail.key
chmod 600 /etc/ssl/private/shop.key /etc/ssl/private/mail.key

a2enmod -q proxy proxy_http ssl status headers >/dev/null
a2enconf -q shop-server >/dev/null
a2dissite -q 000-default >/dev/null 2>&1 || :
a2ensite -q shop >/dev/null

# letters for people of the company go through the program that knows their limits
postconf -M 'dovecot/unix=dovecot unix - n n - - pipe flags=DRhu user=mail argv=/usr/lib/dovecot/dovecot-lda -e -f ${sender} -d ${user}'
chown root:root /usr/local/sbin/mailbox-nearly-full

# its queue is small: it takes mail while there is room for one and a half letters
postconf -e message_size_limit=2048000
postconf -M 'submission/inet=submission inet n - n - - smtpd'
postconf -P submission/inet/smtpd_tls_security_level=may
postconf -F '*/*/chroot=n'
# the system's own log takes the mail log, as Debian's does
postconf -X maillog_file 2>/dev/null || :
