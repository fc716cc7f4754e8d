-- Rows that earlier versions wrote without the log are told to it on the word of an operator alone: nothing in the database
-- says any more whether that was done.
DROP TABLE consent.adoption;
