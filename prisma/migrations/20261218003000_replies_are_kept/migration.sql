-- What is kept of a touch says whether it was a reply, so that reports on journeys know clicks: names begin one bit higher. All
-- of it is made anew; nothing here is the only record of anything.
TRUNCATE reporting.account_touches, reporting.account_path, reporting.touch_day;
DELETE FROM reporting.kept_touches;
