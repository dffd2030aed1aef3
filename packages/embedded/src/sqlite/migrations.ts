/** Schema changes in order; the database's `user_version` counts how many it has. Never edit one that was released. */
export const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE timers (
    seq        INTEGER PRIMARY KEY,
    team_id    TEXT NOT NULL,
    id         TEXT NOT NULL,
    status     TEXT NOT NULL,
    generation INTEGER NOT NULL,
    alarm_at   INTEGER,
    fire_at    INTEGER,
    settled_at INTEGER,
    agent_id   TEXT,
    name       TEXT NOT NULL,
    doc        TEXT NOT NULL
  ) STRICT;
  CREATE UNIQUE INDEX timers_by_id ON timers (id, team_id);
  CREATE INDEX timers_by_alarm ON timers (alarm_at) WHERE alarm_at IS NOT NULL;
  CREATE INDEX timers_by_status ON timers (status, team_id);
  CREATE INDEX timers_by_agent ON timers (agent_id, team_id) WHERE agent_id IS NOT NULL;

  CREATE TABLE idempotency (
    team_id     TEXT NOT NULL,
    key         TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    claimed_at  INTEGER NOT NULL,
    answer      TEXT,
    PRIMARY KEY (team_id, key)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX idempotency_by_age ON idempotency (claimed_at);

  CREATE TABLE api_keys (
    id         TEXT PRIMARY KEY,
    team_id    TEXT NOT NULL,
    hash       TEXT NOT NULL UNIQUE,
    scopes     TEXT NOT NULL,
    created_at INTEGER NOT NULL
  ) STRICT;

  CREATE TABLE signing_secrets (
    seq     INTEGER PRIMARY KEY,
    team_id TEXT NOT NULL,
    secret  TEXT NOT NULL
  ) STRICT;
  CREATE INDEX signing_secrets_by_team ON signing_secrets (team_id);
  `,
  `
  CREATE TABLE context (
    team_id    TEXT NOT NULL,
    key        TEXT NOT NULL,
    value      TEXT NOT NULL,
    bytes      INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (team_id, key)
  ) STRICT;
  `,
  `
  ALTER TABLE timers ADD COLUMN parents TEXT;
  ALTER TABLE timers ADD COLUMN made_by TEXT;
  CREATE INDEX timers_by_maker ON timers (made_by, team_id, id) WHERE made_by IS NOT NULL;

  CREATE TABLE timer_parents (
    parent_id TEXT NOT NULL,
    team_id   TEXT NOT NULL,
    child_id  TEXT NOT NULL,
    PRIMARY KEY (parent_id, team_id, child_id)
  ) STRICT, WITHOUT ROWID;
  CREATE TRIGGER timer_parents_come AFTER INSERT ON timers WHEN NEW.parents IS NOT NULL BEGIN
    INSERT INTO timer_parents SELECT value, NEW.team_id, NEW.id FROM json_each(NEW.parents);
  END;
  CREATE TRIGGER timer_parents_go AFTER DELETE ON timers WHEN OLD.parents IS NOT NULL BEGIN
    DELETE FROM timer_parents
    WHERE parent_id IN (SELECT value FROM json_each(OLD.parents)) AND team_id = OLD.team_id AND child_id = OLD.id;
  END;
  `,
  `
  ALTER TABLE timers ADD COLUMN exhausted INTEGER;
  UPDATE timers SET exhausted = 1 WHERE EXISTS (
    SELECT 1 FROM json_each(doc, '$.deliveries') WHERE value ->> '$.status' = 'exhausted'
  );
  CREATE INDEX timers_by_exhausted ON timers (team_id) WHERE exhausted = 1;
  `,
  `
  ALTER TABLE timers ADD COLUMN delivering INTEGER;
  UPDATE timers SET delivering = 1 WHERE EXISTS (
    SELECT 1 FROM json_each(doc, '$.deliveries') WHERE value ->> '$.status' = 'delivering'
  );
  CREATE INDEX timers_by_delivering ON timers (delivering) WHERE delivering = 1;
  `,
  `
  CREATE TABLE schedules (
    seq      INTEGER PRIMARY KEY,
    team_id  TEXT NOT NULL,
    id       TEXT NOT NULL,
    status   TEXT NOT NULL,
    check_at INTEGER,
    doc      TEXT NOT NULL
  ) STRICT;
  CREATE UNIQUE INDEX schedules_by_id ON schedules (id, team_id);
  CREATE INDEX schedules_by_team ON schedules (team_id);
  CREATE INDEX schedules_by_check ON schedules (check_at) WHERE check_at IS NOT NULL;
  `,
  `
  CREATE TABLE secrets (
    team_id    TEXT NOT NULL,
    name       TEXT NOT NULL,
    sealed     TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (team_id, name)
  ) STRICT;
  `,
  `
  CREATE TABLE teams (
    seq        INTEGER PRIMARY KEY,
    id         TEXT NOT NULL UNIQUE,
    slug       TEXT NOT NULL UNIQUE,
    created_at INTEGER NOT NULL,
    doc        TEXT NOT NULL
  ) STRICT;

  CREATE TABLE team_members (
    user_id TEXT NOT NULL,
    team_id TEXT NOT NULL,
    PRIMARY KEY (user_id, team_id)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX team_members_by_team ON team_members (team_id);

  CREATE TABLE team_invitations (
    token_hash TEXT NOT NULL,
    team_id    TEXT NOT NULL,
    PRIMARY KEY (token_hash, team_id)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX team_invitations_by_team ON team_invitations (team_id);

  CREATE TRIGGER teams_come AFTER INSERT ON teams BEGIN
    INSERT OR IGNORE INTO team_members SELECT value ->> '$.userId', NEW.id FROM json_each(NEW.doc, '$.members');
    INSERT OR IGNORE INTO team_invitations SELECT value ->> '$.tokenHash', NEW.id FROM json_each(NEW.doc, '$.invitations');
  END;
  CREATE TRIGGER teams_change AFTER UPDATE ON teams BEGIN
    DELETE FROM team_members WHERE team_id = OLD.id;
    DELETE FROM team_invitations WHERE team_id = OLD.id;
    INSERT OR IGNORE INTO team_members SELECT value ->> '$.userId', NEW.id FROM json_each(NEW.doc, '$.members');
    INSERT OR IGNORE INTO team_invitations SELECT value ->> '$.tokenHash', NEW.id FROM json_each(NEW.doc, '$.invitations');
  END;
  CREATE TRIGGER teams_go AFTER DELETE ON teams BEGIN
    DELETE FROM team_members WHERE team_id = OLD.id;
    DELETE FROM team_invitations WHERE team_id = OLD.id;
  END;

  CREATE TABLE audit (
    seq     INTEGER PRIMARY KEY AUTOINCREMENT,
    team_id TEXT NOT NULL,
    at      INTEGER NOT NULL,
    actor   TEXT NOT NULL,
    action  TEXT NOT NULL,
    subject TEXT,
    message TEXT NOT NULL
  ) STRICT;
  CREATE INDEX audit_by_team ON audit (team_id);
  `,
  `
  CREATE TABLE team_domains (
    domain  TEXT PRIMARY KEY,
    team_id TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX team_domains_by_team ON team_domains (team_id);
  CREATE TRIGGER team_domains_change AFTER UPDATE ON teams BEGIN
    DELETE FROM team_domains WHERE team_id = OLD.id;
    INSERT INTO team_domains SELECT value ->> '$.domain', NEW.id FROM json_each(NEW.doc, '$.sso.domains')
    WHERE value ->> '$.verifiedAt' IS NOT NULL;
  END;
  CREATE TRIGGER team_domains_go AFTER DELETE ON teams BEGIN
    DELETE FROM team_domains WHERE team_id = OLD.id;
  END;
  `,
  `
  ALTER TABLE timers ADD COLUMN job_at INTEGER;
  CREATE INDEX timers_by_job ON timers (team_id, job_at) WHERE job_at IS NOT NULL;

  CREATE TABLE runners (
    team_id      TEXT NOT NULL,
    id           TEXT NOT NULL,
    last_seen_at INTEGER NOT NULL,
    doc          TEXT NOT NULL,
    PRIMARY KEY (team_id, id)
  ) STRICT;
  `,
  `
  ALTER TABLE api_keys ADD COLUMN name TEXT NOT NULL DEFAULT 'unnamed';
  ALTER TABLE api_keys ADD COLUMN prefix TEXT NOT NULL DEFAULT '';
  ALTER TABLE api_keys ADD COLUMN created_by TEXT NOT NULL DEFAULT 'service';
  ALTER TABLE api_keys ADD COLUMN expires_at INTEGER;
  ALTER TABLE api_keys ADD COLUMN last_used_at INTEGER;
  ALTER TABLE api_keys ADD COLUMN revoked_at INTEGER;
  ALTER TABLE api_keys ADD COLUMN replaced_by TEXT;
  ALTER TABLE api_keys ADD COLUMN works_until INTEGER;
  CREATE INDEX api_keys_by_team ON api_keys (team_id);
  `,
  `
  CREATE TABLE messages (
    seq        INTEGER PRIMARY KEY AUTOINCREMENT,
    team_id    TEXT NOT NULL,
    id         TEXT NOT NULL,
    to_agent   TEXT,
    settled_at INTEGER,
    expires_at INTEGER NOT NULL,
    doc        TEXT NOT NULL
  ) STRICT;
  CREATE UNIQUE INDEX messages_by_id ON messages (id, team_id);
  CREATE INDEX messages_by_inbox ON messages (team_id, to_agent);
  CREATE INDEX messages_by_waiting ON messages (team_id, to_agent) WHERE settled_at IS NULL;
  CREATE INDEX messages_by_expiry ON messages (expires_at);

  CREATE TABLE message_acks (
    message_id TEXT NOT NULL,
    team_id    TEXT NOT NULL,
    agent_id   TEXT NOT NULL,
    PRIMARY KEY (message_id, team_id, agent_id)
  ) STRICT, WITHOUT ROWID;
  CREATE TRIGGER message_acks_go AFTER DELETE ON messages WHEN OLD.to_agent IS NULL BEGIN
    DELETE FROM message_acks WHERE message_id = OLD.id AND team_id = OLD.team_id;
  END;
  `,
  `
  CREATE INDEX timers_by_end ON timers (settled_at) WHERE settled_at IS NOT NULL AND alarm_at IS NULL;
  `,
  `
  ALTER TABLE signing_secrets ADD COLUMN id TEXT NOT NULL DEFAULT '';
  ALTER TABLE signing_secrets ADD COLUMN made_at INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE signing_secrets ADD COLUMN works_until INTEGER;
  UPDATE signing_secrets SET id = 'sgn_' || seq;
  `,
  `
  ALTER TABLE timers ADD COLUMN postponed TEXT;
  CREATE INDEX timers_by_postponed ON timers (team_id, id) WHERE postponed IS NOT NULL;

  CREATE TABLE endpoints (
    team_id TEXT NOT NULL,
    id      TEXT NOT NULL,
    status  TEXT NOT NULL,
    look_at INTEGER,
    doc     TEXT NOT NULL,
    PRIMARY KEY (team_id, id)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX endpoints_by_look ON endpoints (look_at, id) WHERE look_at IS NOT NULL;
  `,
  `
  CREATE TABLE shares (
    seq           INTEGER PRIMARY KEY,
    owner_team_id TEXT NOT NULL,
    timer_id      TEXT NOT NULL,
    guest_team_id TEXT NOT NULL,
    permissions   TEXT NOT NULL,
    shared_by     TEXT NOT NULL,
    shared_at     INTEGER NOT NULL
  ) STRICT;
  CREATE UNIQUE INDEX shares_by_timer ON shares (owner_team_id, timer_id, guest_team_id);
  CREATE INDEX shares_by_guest ON shares (guest_team_id, shared_at);
  `,
  `
  ALTER TABLE timers ADD COLUMN counts TEXT;
  CREATE INDEX timers_by_count ON timers (team_id) WHERE counts IS NOT NULL;

  CREATE TABLE counters (
    team_id  TEXT NOT NULL,
    counter  TEXT NOT NULL,
    used     INTEGER NOT NULL,
    check_at INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (team_id, counter)
  ) STRICT;
  CREATE INDEX counters_by_check ON counters (check_at);
  CREATE TRIGGER timer_counts_come AFTER INSERT ON timers WHEN NEW.counts IS NOT NULL BEGIN
    INSERT INTO counters (team_id, counter, used) SELECT NEW.team_id, value, 1 FROM json_each(NEW.counts) WHERE true
    ON CONFLICT (team_id, counter) DO UPDATE SET used = used + 1;
  END;
  CREATE TRIGGER timer_counts_change AFTER UPDATE OF counts ON timers WHEN OLD.counts IS NOT NEW.counts BEGIN
    UPDATE counters SET used = used - 1
    WHERE team_id = OLD.team_id AND counter IN (SELECT value FROM json_each(OLD.counts));
    INSERT INTO counters (team_id, counter, used) SELECT NEW.team_id, value, 1 FROM json_each(NEW.counts) WHERE true
    ON CONFLICT (team_id, counter) DO UPDATE SET used = used + 1;
  END;
  CREATE TRIGGER timer_counts_go AFTER DELETE ON timers WHEN OLD.counts IS NOT NULL BEGIN
    UPDATE counters SET used = used - 1
    WHERE team_id = OLD.team_id AND counter IN (SELECT value FROM json_each(OLD.counts));
  END;

  CREATE TABLE quota_windows (
    team_id   TEXT NOT NULL,
    counter   TEXT NOT NULL,
    starts_at INTEGER NOT NULL,
    ends_at   INTEGER NOT NULL,
    used      INTEGER NOT NULL,
    PRIMARY KEY (team_id, counter, starts_at)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX quota_windows_by_end ON quota_windows (ends_at);

  CREATE TABLE budgets (
    team_id            TEXT NOT NULL,
    agent_id           TEXT NOT NULL,
    max_active         INTEGER,
    max_fires_per_hour INTEGER,
    updated_at         INTEGER NOT NULL,
    PRIMARY KEY (team_id, agent_id)
  ) STRICT;
  `,
  `
  CREATE INDEX audit_by_actor ON audit (actor);
  `,
  `
  DROP INDEX timers_by_end;
  CREATE INDEX timers_by_end ON timers (team_id, settled_at) WHERE settled_at IS NOT NULL AND alarm_at IS NULL;
  `,
  `
  CREATE TABLE sign_in_links (
    hash       TEXT PRIMARY KEY,
    id         TEXT NOT NULL,
    expires_at INTEGER NOT NULL,
    session_ms INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  `,
  `
  ALTER TABLE teams ADD COLUMN erase_at INTEGER;
  CREATE INDEX teams_by_erasure ON teams (erase_at) WHERE erase_at IS NOT NULL;
  `,
  `
  UPDATE timers SET alarm_at = min(coalesce(alarm_at, job_at + 86400000), job_at + 86400000) WHERE job_at IS NOT NULL;
  `,
  `
  ALTER TABLE api_keys ADD COLUMN uses TEXT NOT NULL DEFAULT '{}';
  `,
];
