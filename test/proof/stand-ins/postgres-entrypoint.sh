#!/bin/sh
# What the official image's entry point does with POSTGRES_USER, POSTGRES_DB and POSTGRES_PASSWORD_FILE on an empty folder.
set -eu
if [ ! -s "$PGDATA/PG_VERSION" ]; then
  mkdir -p "$PGDATA"
  initdb --encoding=UTF8 --locale=C.UTF-8 --username="$POSTGRES_USER" --pwfile="$POSTGRES_PASSWORD_FILE" --auth-local=trust --auth-host=scram-sha-256 >/dev/null
  echo 'host all all all scram-sha-256' >>"$PGDATA/pg_hba.conf"
  pg_ctl start -w -o '-c listen_addresses=' >/dev/null
  createdb --username="$POSTGRES_USER" --maintenance-db=postgres "$POSTGRES_DB"
  pg_ctl stop -w -m fast >/dev/null
fi
exec "$@" -c listen_addresses='*'
