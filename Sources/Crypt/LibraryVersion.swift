internal import COpenSSL

/// The version of the C library that does the cryptography.
public enum LibraryVersion {
    /// As the library linked at run time says it: `OpenSSL 3.0.17 1 Jul 2025`.
    public static var openSSL: String { String(cString: OpenSSL_version(OPENSSL_VERSION)) }
}
