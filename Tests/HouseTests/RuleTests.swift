import Testing

@Suite struct RuleTests {
    @Test(arguments: Rule.all)
    func `the rule holds in the whole house`(rule: Rule) {
        let breaches = rule.breaches(in: SourceTree.texts)
        #expect(breaches.isEmpty, "\(breaches.prefix(20).joined(separator: "\n"))")
    }

    @Test(arguments: Rule.all)
    func `the rule can be broken, and what is allowed does not break it`(rule: Rule) {
        let wrong = SourceFile(path: rule.counterexample.path, text: rule.counterexample.text)
        #expect(!rule.breaches(in: [wrong]).isEmpty)
        let right = SourceFile(path: rule.innocent.path, text: rule.innocent.text)
        #expect(rule.breaches(in: [right]).isEmpty)
    }

    @Test func `comments and strings are not code`() {
        let text = "let a = \"x \\\" try! \" // try!\nlet b = #\"c \" try! \"# /* try! */ + d"
        let code = String(decoding: blankingCommentsAndStrings(Array(text.utf8)), as: UTF8.self)
        #expect(!code.contains("try!"))
        #expect(code.contains("let a =") && code.contains("let b =") && code.contains("+ d"))
        #expect(code.utf8.count == text.utf8.count)
    }

    @Test func `a long string ends at its three quotes`() {
        let text = "let a = \"\"\"\n  \"x\" try!\n  \"\"\"\nlet b = c"
        let code = String(decoding: blankingCommentsAndStrings(Array(text.utf8)), as: UTF8.self)
        #expect(!code.contains("try!") && code.hasSuffix("let b = c"))
    }
}
