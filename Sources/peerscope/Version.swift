internal import Crypt
internal import HTTP
internal import History

/// What this build calls itself, and what it is linked with.
enum Version {
    static let current = "0.1.0"

    static var libraries: [(name: String, version: String)] {
        [
            ("openssl", LibraryVersion.openSSL), ("libmicrohttpd", Server.libraryVersion), ("sqlite", Store.libraryVersion),
        ]
    }
}
