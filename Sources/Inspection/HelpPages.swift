/// The pages about the codes, as HTML without scripts: they are read where nothing else works.
public enum HelpPages {
    /// The list of all codes.
    public static let index: String = page(title: "What the diagnosis may say") { html in
        html += "<p>Each finding of a session has one of these codes. The list is also there as <a href=\"/v1/causes\">JSON</a>.</p>\n"
        for (severity, words) in [
            (Severity.error, "It did not connect, or broke off"), (.warning, "It works, and not well"), (.info, "Worth knowing"),
        ] {
            let entries = Catalogue.entries.filter { $0.severity == severity }
            guard !entries.isEmpty else { continue }
            html += "<h2>\(words)</h2>\n<ul>\n"
            for entry in entries {
                html += "<li><a href=\"\(entry.path)\"><code>\(escaped(entry.code))</code></a> \(escaped(entry.title))</li>\n"
            }
            html += "</ul>\n"
        }
    }

    /// The page of a code; nil where there is none.
    public static func page(of code: String) -> String? {
        guard let entry = Catalogue.entry(code) else { return nil }
        return page(title: entry.title) { html in
            let severity = entry.severity.rawValue
            html += "<p><code>\(escaped(entry.code))</code> <span class=\"\(severity)\">\(severity)</span></p>\n"
            html += "<h2>What it means</h2>\n<p>\(escaped(entry.explanation))</p>\n"
            html += "<h2>What helps</h2>\n<p>\(escaped(entry.fix))</p>\n"
            if !entry.help.situations.isEmpty {
                html += "<dl>\n"
                for situation in entry.help.situations {
                    html += "<dt>\(escaped(situation.place))</dt><dd>\(escaped(situation.advice))</dd>\n"
                }
                html += "</dl>\n"
            }
            html += "<h2>How it looks</h2>\n<p>\(escaped(entry.help.looks))</p>\n"
            if !entry.help.checks.isEmpty {
                html += "<h2>How to check it</h2>\n<dl>\n"
                for check in entry.help.checks {
                    html += "<dt><code>\(escaped(check.command))</code></dt><dd>\(escaped(check.meaning))</dd>\n"
                }
                html += "</dl>\n"
            }
            if !entry.help.references.isEmpty {
                html += "<p class=\"references\">See \(escaped(entry.help.references.joined(separator: ", "))).</p>\n"
            }
        }
    }

    private static func page(title: String, _ body: (inout String) -> Void) -> String {
        var html = """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>\(escaped(title)) · Peerscope</title>
            <link rel="icon" href="/icon.svg">
            <link rel="stylesheet" href="/style.css">
            <link rel="stylesheet" href="/help.css">
            </head>
            <body>
            <header><a href="/"><img src="/icon.svg" alt="">Peerscope</a> <a href="/help">All findings</a></header>
            <main>
            <h1>\(escaped(title))</h1>

            """
        body(&html)
        html += "</main>\n</body>\n</html>\n"
        return html
    }

    private static func escaped(_ text: String) -> String {
        var result = ""
        for character in text {
            switch character {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            default: result.append(character)
            }
        }
        return result
    }
}
