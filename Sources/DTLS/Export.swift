// Keys for others, from a verified connection alone.
extension Connection {
    /// The SRTP master keys; nil before `connected`, after the end, or where no profile was agreed on.
    public func keyingMaterial() -> KeyingMaterial? {
        guard let profile = summary?.srtpProfile else { return nil }
        let (key, salt) = (profile.keyCount, profile.saltCount)
        guard let secret = exportKeyingMaterial(label: "EXTRACTOR-dtls_srtp", count: 2 * (key + salt)) else { return nil }
        // RFC 5764 §4.2: client_write_SRTP_master_key, server_write_…_key, client_write_SRTP_master_salt, server_write_…_salt.
        let clientKey = Array(secret[..<key])
        let serverKey = Array(secret[key..<2 * key])
        let clientSalt = Array(secret[2 * key..<2 * key + salt])
        let serverSalt = Array(secret[(2 * key + salt)...])
        return role == .client
            ? KeyingMaterial(profile: profile, localKey: clientKey, localSalt: clientSalt, remoteKey: serverKey, remoteSalt: serverSalt)
            : KeyingMaterial(profile: profile, localKey: serverKey, localSalt: serverSalt, remoteKey: clientKey, remoteSalt: clientSalt)
    }

    /// Keying material of RFC 5705, without context, 1 to 1024 bytes; nil before `connected` and after the end.
    public func exportKeyingMaterial(label: String, count: Int) -> [UInt8]? {
        guard state == .connected, let machine, (1...1024).contains(count) else { return nil }
        return machine.export(label: label, count: count)
    }
}
