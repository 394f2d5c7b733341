# The shop's database, in Debian's cluster layout.
set -eu
version=$(ls /usr/lib/postgresql | sort -n | tail -1)
rm -rf /etc/postgresql /var/lib/postgresql/[0-9]* /var/log/postgresql
mkdir -p /run/postgresql /var/log/postgresql
chown postgres:postgres /run/postgresql
chown root:postgres /var/log/postgresql
chmod 1775 /var/log/postgresql
env -u LD_PRELOAD pg_createcluster -p 5432 "$version" main --start-conf manual -- --no-sync --auth-local=peer --auth-host=scram-sha-256 >/dev/null
cat >>"/etc/postgresql/$version/main/postgresql.conf" <<CONF
listen_addresses = '*'
max_connections = 40
shared_buffers = 32MB
log_min_duration_statement = 2000
log_lock_waits = on
deadlock_timeout = 1s
log_connections = off
CONF
echo 'host shop monitor 0.0.0.0/0 scram-sha-256' >>"/etc/postgresql/$version/main/pg_hba.conf"
env -u LD_PRELOAD pg_ctlcluster --skip-systemctl-redirect "$version" main start
setpriv --reuid postgres --regid postgres --clear-groups env -u LD_PRELOAD psql -XAtq -v ON_ERROR_STOP=1 <<SQL
create role shop login password 'shop-pw';
create role monitor login password 'monitor-pw';
grant pg_monitor to monitor;
create database shop owner shop;
\c shop
set role shop;
create table item (id int primary key, name text not null, price int not null);
create table stock (item int primary key references item, "left" int not null);
create table orders (id bigserial primary key, at timestamptz not null default now(), items int not null, authorisation text not null);
insert into item select n, '商品' || n, 100 * (1 + n % 50) from generate_series(1, 2000) n;
insert into stock select n, 1000000 from generate_series(1, 2000) n;
grant select on item, stock, orders, orders_id_seq to monitor;
SQL
