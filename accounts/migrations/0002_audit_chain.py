"""The audit trail numbers and chains itself, and refuses to be changed."""

from django.db import migrations

CHAIN = """
CREATE FUNCTION accounts_audit_digest(entry accounts_auditentry) RETURNS bytea
LANGUAGE sql STABLE AS $$
    SELECT sha256(entry.previous_hash || convert_to(
        jsonb_build_array(
            entry.id, extract(epoch FROM entry.at)::text, entry.category, entry.action, entry.actor_id,
            entry.object_type, entry.object_id, entry.union_id, host(entry.ip), entry.details
        )::text, 'UTF8'))
$$;

CREATE FUNCTION accounts_audit_chain() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    last accounts_auditentry;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('accounts_auditentry'));
    SELECT * INTO last FROM accounts_auditentry ORDER BY id DESC LIMIT 1;
    NEW.id := coalesce(last.id, 0) + 1;
    NEW.previous_hash := coalesce(last.hash, '\\x'::bytea);
    NEW.hash := accounts_audit_digest(NEW);
    RETURN NEW;
END $$;

CREATE TRIGGER accounts_audit_chain BEFORE INSERT ON accounts_auditentry
FOR EACH ROW EXECUTE FUNCTION accounts_audit_chain();

CREATE FUNCTION accounts_audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'accounts_auditentry is append-only';
END $$;

CREATE TRIGGER accounts_audit_refuse BEFORE UPDATE OR DELETE ON accounts_auditentry
FOR EACH STATEMENT EXECUTE FUNCTION accounts_audit_refuse();
"""

UNCHAIN = """
DROP TRIGGER accounts_audit_refuse ON accounts_auditentry;
DROP TRIGGER accounts_audit_chain ON accounts_auditentry;
DROP FUNCTION accounts_audit_refuse();
DROP FUNCTION accounts_audit_chain();
DROP FUNCTION accounts_audit_digest(accounts_auditentry);
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]

    operations = [migrations.RunSQL(CHAIN, UNCHAIN)]
