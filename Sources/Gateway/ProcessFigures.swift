internal import Foundation

/// What the system says of this process, by the names that Prometheus' own clients use.
struct ProcessFigures {
    var cpuSeconds: Double
    var residentBytes: Double
    var virtualBytes: Double
    var threads: Double
    /// Unix time.
    var startSeconds: Double
    var openFiles: Double?
    var maximumFiles: Double?

    /// Nil where /proc is not to be read.
    static func now() -> ProcessFigures? {
        guard let stat = read("/proc/self/stat"), let system = read("/proc/stat"), let end = stat.lastIndex(of: ")") else { return nil }
        // proc(5): the fields behind the program's name, which may hold blanks and brackets, begin with the third.
        let fields = stat[stat.index(after: end)...].split(separator: " ")
        func field(_ number: Int) -> Double? { fields.count > number - 3 ? Double(fields[number - 3]) : nil }
        let ticks = Double(sysconf(Int32(_SC_CLK_TCK)))
        let boot = system.split(separator: "\n").first { $0.hasPrefix("btime ") }.flatMap { Double($0.dropFirst(6)) }
        guard let user = field(14), let kernel = field(15), let threads = field(20), let start = field(22), let virtual = field(23),
            let resident = field(24), let boot, ticks > 0
        else { return nil }
        var limit = rlimit()
        let hasLimit = getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0
        return ProcessFigures(
            cpuSeconds: (user + kernel) / ticks, residentBytes: resident * Double(sysconf(Int32(_SC_PAGESIZE))), virtualBytes: virtual,
            threads: threads, startSeconds: boot + start / ticks, openFiles: openFiles(),
            maximumFiles: hasLimit ? Double(limit.rlim_cur) : nil)
    }

    private static func read(_ path: String) -> String? {
        guard let file = fopen(path, "re") else { return nil }
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 16 * 1024)
        let count = fread(&bytes, 1, bytes.count, file)
        return String(decoding: bytes.prefix(count), as: UTF8.self)
    }

    private static func openFiles() -> Double? {
        guard let directory = opendir("/proc/self/fd") else { return nil }
        defer { closedir(directory) }
        var count = 0
        while readdir(directory) != nil { count += 1 }
        // Without `.`, `..` and the directory itself.
        return Double(max(0, count - 3))
    }

    func write(into text: inout MetricsText) {
        text.secondsCounter("process_cpu_seconds_total", "Processor time used, user and system.", cpuSeconds)
        text.gauge("process_resident_memory_bytes", "Memory in use.", residentBytes)
        text.gauge("process_virtual_memory_bytes", "Address space in use.", virtualBytes)
        text.gauge("process_threads", "Threads.", threads)
        text.gauge("process_start_time_seconds", "When the process started, Unix time.", startSeconds)
        if let openFiles { text.gauge("process_open_fds", "File descriptors in use.", openFiles) }
        if let maximumFiles { text.gauge("process_max_fds", "File descriptors that may be in use.", maximumFiles) }
    }
}
