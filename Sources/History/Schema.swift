import GRDB

/// The tables, as migrations: a file of any earlier version becomes one of this version, and one of a later version is recognised.
enum Schema {
    /// "PSCP": tells our files from other programs' databases.
    static let applicationID: Int64 = 0x5053_4350

    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1 sessions") { database in
            try database.execute(sql: "PRAGMA application_id = \(applicationID)")
            try database.execute(sql: FirstSchema.all)
        }
        migrator.registerMigration("2 search, samples, statistics", migrate: Migration.toSecond)
        return migrator
    }

    /// `key` is what `SessionKey` says. `item` comes last, so that a walk reads the columns before it without its pages.
    static let sessions = """
        CREATE TABLE session (
          key INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, state TEXT NOT NULL,
          created_at INTEGER NOT NULL, connected_at INTEGER, ended_at INTEGER, last_seen_at INTEGER NOT NULL,
          outcome TEXT, reason TEXT, stream TEXT, connection_state TEXT, ice_state TEXT,
          finding TEXT, severity TEXT, title TEXT, remote_address TEXT, user_agent TEXT,
          offer_parsed_ms REAL, answer_sent_ms REAL, first_check_received_ms REAL, first_check_sent_ms REAL,
          pair_succeeded_ms REAL, nominated_ms REAL, dtls_started_ms REAL, dtls_finished_ms REAL,
          sctp_established_ms REAL, channel_open_ms REAL, connected_ms REAL,
          gathering_ms REAL, ice_ms REAL, dtls_ms REAL, sctp_ms REAL, first_packet_ms REAL, first_key_frame_ms REAL,
          bytes_sent INTEGER NOT NULL, bytes_received INTEGER NOT NULL, packets_sent INTEGER NOT NULL,
          packets_received INTEGER NOT NULL, messages_sent INTEGER NOT NULL, messages_received INTEGER NOT NULL,
          search_terms TEXT, item TEXT NOT NULL
        );
        CREATE INDEX session_live ON session (state) WHERE state = 'live';
        CREATE INDEX session_refused ON session (outcome) WHERE outcome = 'refused';
        """

    /// `size` and `body` are what `Packed` says, `dictionary` has what it was packed with, by Adler-32. The heartbeat stands apart from its row: a thousand of them are five pages then, not a thousand.
    static let belongings = """
        CREATE TABLE sample (
          key INTEGER PRIMARY KEY, session INTEGER NOT NULL, first_at INTEGER NOT NULL, last_at INTEGER NOT NULL,
          size INTEGER NOT NULL, body BLOB NOT NULL
        );
        CREATE UNIQUE INDEX sample_by_session ON sample (session, first_at);
        CREATE INDEX sample_by_time ON sample (last_at);
        CREATE TABLE document (session INTEGER PRIMARY KEY, size INTEGER NOT NULL, body BLOB NOT NULL);
        CREATE TABLE dictionary (id INTEGER PRIMARY KEY, body BLOB NOT NULL);
        CREATE TABLE heartbeat (session INTEGER PRIMARY KEY, at INTEGER NOT NULL);
        CREATE TRIGGER session_erased AFTER DELETE ON session BEGIN
          DELETE FROM sample WHERE session = old.key;
          DELETE FROM document WHERE session = old.key;
          DELETE FROM heartbeat WHERE session = old.key;
        END;
        """

    /// What the lists of ended sessions search through: `ScanRecord` in blocks, and the words that they refer to.
    static let search = """
        CREATE TABLE scan (first INTEGER PRIMARY KEY, sessions INTEGER NOT NULL, body BLOB NOT NULL);
        CREATE TABLE term (key INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE, sessions INTEGER NOT NULL);
        CREATE TABLE facet (key INTEGER PRIMARY KEY, kind TEXT NOT NULL, outcome TEXT, finding TEXT, severity TEXT);
        CREATE INDEX facet_by_words ON facet (kind, outcome, finding, severity);
        """

    /// Kept with each change, so that no reader ever counts rows. Empty words stand for none; `day` is its midnight.
    static let counters = """
        CREATE TABLE tally (
          day INTEGER NOT NULL, kind TEXT NOT NULL, outcome TEXT NOT NULL, finding TEXT NOT NULL, sessions INTEGER NOT NULL,
          PRIMARY KEY (day, kind, outcome, finding)
        ) WITHOUT ROWID;
        CREATE TABLE timing (
          day INTEGER NOT NULL, phase TEXT NOT NULL, bucket INTEGER NOT NULL, sessions INTEGER NOT NULL,
          PRIMARY KEY (day, phase, bucket)
        ) WITHOUT ROWID;
        CREATE TABLE kept (refused INTEGER PRIMARY KEY, sessions INTEGER NOT NULL);
        """
}
