-- Single-letter shortcuts can be switched off (WCAG 2.1.4).

alter table member add column shortcuts boolean not null default true;
