internal import CMicrohttpd

extension Server {
    /// The version of libmicrohttpd at run time.
    public static var libraryVersion: String { String(cString: MHD_get_version()) }
}
