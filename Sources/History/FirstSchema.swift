/// The tables as the first version made them: what its files are migrated from, never to be changed.
enum FirstSchema {
    static let all = sessions + belongings + counts

    private static let sessions = """
        CREATE TABLE session (
          key INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, state TEXT NOT NULL,
          created_at INTEGER NOT NULL, connected_at INTEGER, ended_at INTEGER, last_seen_at INTEGER NOT NULL,
          outcome TEXT, reason TEXT, stream TEXT, connection_state TEXT, ice_state TEXT,
          finding TEXT, severity TEXT, title TEXT, remote_address TEXT, user_agent TEXT,
          offer_parsed_ms REAL, answer_sent_ms REAL, first_check_received_ms REAL, first_check_sent_ms REAL,
          pair_succeeded_ms REAL, nominated_ms REAL, dtls_started_ms REAL, dtls_finished_ms REAL,
          sctp_established_ms REAL, channel_open_ms REAL, connected_ms REAL,
          bytes_sent INTEGER NOT NULL, bytes_received INTEGER NOT NULL, packets_sent INTEGER NOT NULL,
          packets_received INTEGER NOT NULL, messages_sent INTEGER NOT NULL, messages_received INTEGER NOT NULL,
          item TEXT NOT NULL
        );
        CREATE INDEX session_by_time ON session (created_at, id);
        CREATE INDEX session_live ON session (created_at, id) WHERE state = 'live';
        CREATE INDEX session_by_kind ON session (kind, created_at, id);
        CREATE INDEX session_by_outcome ON session (outcome, created_at, id) WHERE outcome IS NOT NULL;
        CREATE INDEX session_by_stream ON session (stream, created_at, id) WHERE stream IS NOT NULL;
        """

    private static let belongings = """
        CREATE TABLE event (
          key INTEGER PRIMARY KEY, session INTEGER NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL,
          size INTEGER NOT NULL, body BLOB NOT NULL
        );
        CREATE UNIQUE INDEX event_by_session ON event (session, first);
        CREATE TABLE document (session INTEGER PRIMARY KEY, size INTEGER NOT NULL, body BLOB NOT NULL);
        CREATE TABLE heartbeat (session INTEGER PRIMARY KEY, at INTEGER NOT NULL);
        CREATE TRIGGER session_erased AFTER DELETE ON session BEGIN
          DELETE FROM event WHERE session = old.key;
          DELETE FROM document WHERE session = old.key;
          DELETE FROM heartbeat WHERE session = old.key;
        END;
        CREATE TRIGGER session_ended AFTER UPDATE OF state ON session WHEN new.state <> 'live' AND old.state = 'live' BEGIN
          DELETE FROM heartbeat WHERE session = new.key;
        END;
        """

    private static let counts = """
        CREATE TABLE count (
          day INTEGER NOT NULL, outcome TEXT NOT NULL, sessions INTEGER NOT NULL, PRIMARY KEY (day, outcome)
        ) WITHOUT ROWID;
        CREATE TRIGGER session_counted AFTER INSERT ON session BEGIN
          INSERT INTO count VALUES (new.created_at / 86400000, ifnull(new.outcome, ''), 1)
            ON CONFLICT DO UPDATE SET sessions = sessions + 1;
        END;
        CREATE TRIGGER session_recounted AFTER UPDATE OF outcome ON session WHEN new.outcome IS NOT old.outcome BEGIN
          UPDATE count SET sessions = sessions - 1 WHERE day = old.created_at / 86400000 AND outcome = ifnull(old.outcome, '');
          DELETE FROM count WHERE day = old.created_at / 86400000 AND outcome = ifnull(old.outcome, '') AND sessions <= 0;
          INSERT INTO count VALUES (new.created_at / 86400000, ifnull(new.outcome, ''), 1)
            ON CONFLICT DO UPDATE SET sessions = sessions + 1;
        END;
        CREATE TRIGGER session_uncounted AFTER DELETE ON session BEGIN
          UPDATE count SET sessions = sessions - 1 WHERE day = old.created_at / 86400000 AND outcome = ifnull(old.outcome, '');
          DELETE FROM count WHERE day = old.created_at / 86400000 AND outcome = ifnull(old.outcome, '') AND sessions <= 0;
        END;
        """
}
