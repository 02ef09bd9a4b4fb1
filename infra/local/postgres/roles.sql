-- The three roles and the database, for a cluster that is new or has them already. Run by psql as a superuser, here and
-- by infra/compose.yaml. What app and ops may do inside the database is granted by the product's migrations.
\set QUIET on
\set ON_ERROR_STOP on
\getenv owner_password RAPPORT_OWNER_PASSWORD
\getenv app_password RAPPORT_APP_PASSWORD
\getenv ops_password RAPPORT_OPS_PASSWORD
SET log_min_error_statement = panic; -- passwords stay out of the log

SELECT format('CREATE ROLE %I', name)
FROM unnest(ARRAY['rapport_owner', 'rapport_app', 'rapport_ops']) AS wanted (name)
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) \gexec

-- The owner migrates, and makes databases for tests.
ALTER ROLE rapport_owner LOGIN CREATEDB NOSUPERUSER NOCREATEROLE NOBYPASSRLS NOREPLICATION PASSWORD :'owner_password';
ALTER ROLE rapport_app LOGIN NOCREATEDB NOSUPERUSER NOCREATEROLE NOBYPASSRLS NOREPLICATION PASSWORD :'app_password';
ALTER ROLE rapport_ops LOGIN NOCREATEDB NOSUPERUSER NOCREATEROLE NOBYPASSRLS NOREPLICATION PASSWORD :'ops_password';

SELECT 'CREATE DATABASE rapport OWNER rapport_owner'
WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'rapport') \gexec
