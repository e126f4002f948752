-- A note on each key, and what finding and sorting keys needs.

alter table api_key add column note text;
alter table api_key add constraint api_key_note_length check (char_length(note) between 1 and 500);

-- A text as it is searched for: no accents, no capitals. What Unicode takes apart loses its marks; the letters that
-- it does not take apart are named.
create function folded(said text) returns text language sql immutable parallel safe strict as $$
    select replace(replace(replace(
        translate(lower(regexp_replace(normalize(said, nfkd), '[\u0300-\u036f]', '', 'g')), 'øłđðħŧı', 'olddhti'),
        'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe')
$$;

-- Kept by the database, so that no program has to, of whatever version.
alter table api_key add column search_name text collate "C" generated always as (folded(name)) stored;

-- One for each order of the list.
create index api_key_by_name on api_key (account_id, search_name, id);
create index api_key_by_expiry on api_key (account_id, coalesce(expires_at, 'infinity'), id);
