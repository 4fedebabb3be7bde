#!/bin/sh
# Gives each service a database of its own and an account that reaches no other. Run once by PostgreSQL, while its volume is empty.
set -eu
for service in $DATABASES; do
  variable="DATABASE_PASSWORD_$(printf '%s' "$service" | tr '[:lower:]' '[:upper:]')"
  psql --quiet --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres \
    --set service="$service" --set password="$(printenv "$variable")" <<'SQL'
create role :"service" login password :'password';
create database :"service" owner :"service";
revoke connect on database :"service" from public;
SQL
done
