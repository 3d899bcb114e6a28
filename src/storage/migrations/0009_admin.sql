-- Guests as administrators page through them: everything that a page or a search compares lies in the index.
CREATE INDEX users_guests ON users (
    tenant, user_type, display_name, id, external_user_state, account_enabled, deleted_at, mail, invited_address
);
-- "Who has access to this app?"
CREATE INDEX assignments_app ON assignments (tenant, app, user);
-- The tenants that wait for somebody who proved a mailbox.
CREATE INDEX users_waiting ON users (invited_address, tenant) WHERE issuer IS NULL AND invited_address IS NOT NULL;
