-- The database of the server, made once on the primary. Fed to psql with -v password=…

create role augno login password :'password';
-- The owner, for the server itself brings the schema up to date.
create database augno owner augno;
