-- Whose a passkey is, as the authenticator knows it: random, and never the id of anybody.
ALTER TABLE passkeys ADD COLUMN user_handle TEXT NOT NULL DEFAULT '';
