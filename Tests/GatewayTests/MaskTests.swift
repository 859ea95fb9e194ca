import Corpora
import Foundation
import Testing

@testable import Engine

extension `The gateway` {
    @Suite struct `Passwords` {
        @Test func `of either side stand in no answer and not in the database`() throws {
            try TestServer.run { server in
                let client = try server.client
                // A name in another case, a broken one, one within JSON that is none: nothing may give a password away.
                let offers = [
                    try Offers.chromium(),
                    try Offers.chromium().replacing("a=ice-pwd:", with: "a=ICE-PWD:"),
                    try Offers.chromium().replacing("a=ice-pwd:", with: "a=ice-pwd: "),
                    try Offers.chromium().replacing(
                        "a=ice-pwd:\(Offers.password)", with: "a=ice-pwd:\(Offers.password) \(Offers.password)"),
                    try Offers.chromium().replacing(
                        "a=ice-pwd:\(Offers.password)", with: "a=ice-pwd:" + String(repeating: Offers.password, count: 12)),
                    "{\"type\":\"offer\",\"sdp\":\"a=ice-pwd:\(Offers.password)\\r\\n\"}",
                    "a=ice-pwd:\(Offers.password)",
                ]
                var secrets = [Offers.password, "anewanewanewanewanewanew"]
                var paths: [String] = []
                var answers: [Answer] = []
                for offer in offers {
                    let answer = try client.post(offer)
                    #expect(answer.status < 500)
                    let path = try #require(answer["location"] ?? answer.json["instance"]?.string)
                    paths.append(path)
                    if answer.status == 201 {
                        secrets += answer.text.matches(of: /a=ice-pwd:(\S+)/).map { String($0.1) }
                        let restarted = try client.patch(path, Offers.restart, ifMatch: "*")
                        secrets += restarted.text.matches(of: /a=ice-pwd:(\S+)/).map { String($0.1) }
                        #expect(restarted.status == 200)
                        answers.append(try client.patch(path, "a=ice-pwd:\(Offers.password)\r\nnonsense", ifMatch: "*"))
                    } else {
                        answers.append(answer)
                    }
                }
                #expect(secrets.count >= 4)
                let resources = ["", "/stats", "/ice", "/events", "/diagnosis", "/offer", "/answer", "/packets.pcapng"]
                func readAll() throws {
                    for path in paths {
                        for resource in resources { answers.append(try client.get(path + resource)) }
                        for resource in ["", "/events", "/diagnosis"] {
                            answers.append(try client.get(path + resource, accept: "text/plain"))
                        }
                    }
                    answers.append(try client.get("/v1/sessions"))
                }
                try readAll()
                #expect(try client.get(paths[0] + "/offer").text.contains("a=ice-pwd:************************\r\n"))
                #expect(try client.get(paths[0] + "/answer").text.contains(/a=ice-pwd:\*+\r\n/))
                for path in paths { _ = try client.send("DELETE", path) }
                try readAll()
                for answer in answers {
                    for secret in secrets { #expect(answer.body.firstRange(of: secret.utf8) == nil, "\(answer.text.prefix(2000))") }
                }
                // Documents are compressed in the file, so they are read; rows and the log of the file are searched as they are.
                #expect(server.isWritten())
                var stored: [[UInt8]] = []
                for path in paths {
                    stored.append(try #require(try server.document(String(path.dropFirst("/v1/sessions/".count)))))
                }
                for file in try FileManager.default.contentsOfDirectory(at: server.folder, includingPropertiesForKeys: nil) {
                    stored.append(Array(try Data(contentsOf: file)))
                }
                #expect(stored.count > paths.count)
                for bytes in stored {
                    for secret in secrets { #expect(bytes.firstRange(of: secret.utf8) == nil) }
                }
            }
        }
    }
}
