//! Attack row C6: what a tenant writes into its terms stays words.

use super::*;

fn render(markdown: &str) -> String {
    markdown_to_fragment(markdown).trim_end().to_owned()
}

#[test]
fn structure_survives() {
    assert_eq!(
        render("# One\n\nText *and* **more**,  \n`code` and ~~not~~.\n\n- a\n- b\n\n1. c\n\n> d\n\n---"),
        "<h2>One</h2>\n<p>Text <em>and</em> <strong>more</strong>,<br />\n<code>code</code> and <del>not</del>.</p>\n<ul>\n\
         <li>a</li>\n<li>b</li>\n</ul>\n<ol>\n<li>c</li>\n</ol>\n<blockquote>\n<p>d</p>\n</blockquote>\n<hr />"
    );
    assert_eq!(render("###### Six"), "<h6>Six</h6>");
    let table = render("a|b\n:-|-:\n1|2");
    assert!(table.starts_with("<table>") && !table.contains("style"), "{table}");
}

#[test]
fn links_lead_to_https_and_mailto() {
    assert_eq!(
        render("[terms](https://contoso.example/a?b=1&c=2 \"title\") <help@contoso.example>"),
        "<p><a href=\"https://contoso.example/a?b=1&amp;c=2\" rel=\"noopener nofollow ugc\">terms</a> \
         <a href=\"mailto:help@contoso.example\" rel=\"noopener nofollow ugc\">help@contoso.example</a></p>"
    );
    assert_eq!(render("[x][1] [y][1]\n\n[1]: mailto:a@b.example"), {
        let link = |text| format!("<a href=\"mailto:a@b.example\" rel=\"noopener nofollow ugc\">{text}</a>");
        format!("<p>{} {}</p>", link("x"), link("y"))
    });
}

/// Vector, and the inert text that must come out.
const VECTORS: &[(&str, &str)] = &[
    // Raw HTML, as a block and within a line
    ("<script>alert(1)</script>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>"),
    ("a <script>alert(1)</script> b", "<p>a &lt;script&gt;alert(1)&lt;/script&gt; b</p>"),
    ("<SCRIPT SRC=//evil.example/x.js></SCRIPT>", "<p>&lt;SCRIPT SRC=//evil.example/x.js&gt;&lt;/SCRIPT&gt;</p>"),
    ("<img src=x onerror=alert(1)>", "<p>&lt;img src=x onerror=alert(1)&gt;</p>"),
    ("a <svg/onload=alert(1)> b", "<p>a &lt;svg/onload=alert(1)&gt; b</p>"),
    ("<svg><script href=data:,alert(1) /></svg>", "<p>&lt;svg&gt;&lt;script href=data:,alert(1) /&gt;&lt;/svg&gt;</p>"),
    ("<math><mi xlink:href='javascript:x'>", "<p>&lt;math&gt;&lt;mi xlink:href='javascript:x'&gt;</p>"),
    ("<iframe src=\"javascript:alert(1)\">", "<p>&lt;iframe src=\"javascript:alert(1)\"&gt;</p>"),
    (
        "<form action=//evil.example><input name=password>",
        "<p>&lt;form action=//evil.example&gt;&lt;input name=password&gt;</p>",
    ),
    ("<style>@import '//evil.example'</style>", "<p>&lt;style&gt;@import '//evil.example'&lt;/style&gt;</p>"),
    ("<base href=//evil.example>", "<p>&lt;base href=//evil.example&gt;</p>"),
    (
        "<meta http-equiv=refresh content='0;url=//evil.example'>",
        "<p>&lt;meta http-equiv=refresh content='0;url=//evil.example'&gt;</p>",
    ),
    ("<!-- --><b>x</b>", "<p>&lt;!-- --&gt;&lt;b&gt;x&lt;/b&gt;</p>"),
    ("<![CDATA[<script>alert(1)</script>]]>", "<p>&lt;![CDATA[&lt;script&gt;alert(1)&lt;/script&gt;]]&gt;</p>"),
    ("<?php x ?>", "<p>&lt;?php x ?&gt;</p>"),
    ("</section></main><h1>Fake</h1>", "<p>&lt;/section&gt;&lt;/main&gt;&lt;h1&gt;Fake&lt;/h1&gt;</p>"),
    ("<a href=\"javascript:alert(1)\">x</a>", "<p>&lt;a href=\"javascript:alert(1)\"&gt;x&lt;/a&gt;</p>"),
    ("<div style=\"position:fixed\">x</div>", "<p>&lt;div style=\"position:fixed\"&gt;x&lt;/div&gt;</p>"),
    ("<x onclick=alert(1)>", "<p>&lt;x onclick=alert(1)&gt;</p>"),
    (
        "<scr<script>ipt>alert(1)</scr</script>ipt>",
        "<p>&lt;scr&lt;script&gt;ipt&gt;alert(1)&lt;/scr&lt;/script&gt;ipt&gt;</p>",
    ),
    // Character references are text, not a second chance
    ("&lt;script&gt;alert(1)&lt;/script&gt;", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>"),
    ("&#60;script&#62;alert(1)", "<p>&lt;script&gt;alert(1)</p>"),
    ("\\<script>alert(1)\\</script>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>"),
    ("`<script>alert(1)</script>`", "<p><code>&lt;script&gt;alert(1)&lt;/script&gt;</code></p>"),
    ("    <script>alert(1)</script>", "<pre><code>&lt;script&gt;alert(1)&lt;/script&gt;</code></pre>"),
    ("```x\" onclick=\"alert(1)\n<b>\n```", "<pre><code>&lt;b&gt;\n</code></pre>"),
    ("```<script>\nx\n```", "<pre><code>x\n</code></pre>"),
    // Links of other schemes, in every spelling that browsers forgive
    ("[x](javascript:alert(1))", "<p>x</p>"),
    ("[x](JaVaScRiPt:alert(1))", "<p>x</p>"),
    ("[x](javascript&colon;alert(1))", "<p>x</p>"),
    ("[x](java&#10;script:alert(1))", "<p>x</p>"),
    ("[x](java&Tab;script:alert(1))", "<p>x</p>"),
    ("[x](&#1;javascript:alert(1))", "<p>x</p>"),
    ("[x](<javascript:alert(1)>)", "<p>x</p>"),
    ("[x](vbscript:x)", "<p>x</p>"),
    ("[x](data:text/html,<script>alert(1)</script>)", "<p>x</p>"),
    ("[x](file:///etc/passwd)", "<p>x</p>"),
    ("[x](blob:https://contoso.example/1)", "<p>x</p>"),
    ("[x](http://contoso.example/)", "<p>x</p>"),
    ("[x](//evil.example/)", "<p>x</p>"),
    ("[x](/contoso.example/sign-out)", "<p>x</p>"),
    ("[x](\\\\evil.example)", "<p>x</p>"),
    ("[x](#accept)", "<p>x</p>"),
    ("[x](https://login.example@evil.example/)", "<p>x</p>"),
    ("[x](view-source:https://contoso.example/)", "<p>x</p>"),
    ("[x][1]\n\n[1]: javascript:alert(1)", "<p>x</p>"),
    ("<javascript:alert(1)>", "<p>javascript:alert(1)</p>"),
    ("[<b>x</b>](javascript:alert(1))", "<p>&lt;b&gt;x&lt;/b&gt;</p>"),
    // Attributes cannot be left
    (
        "[x](https://contoso.example/\"onmouseover=alert(1))",
        "<p><a href=\"https://contoso.example/%22onmouseover=alert(1)\" rel=\"noopener nofollow ugc\">x</a></p>",
    ),
    (
        "[x](<https://contoso.example/'><script>>)",
        "<p>[x](<a href=\"https://contoso.example/&#39;\" rel=\"noopener nofollow ugc\">https://contoso.example/'</a>&lt;script&gt;&gt;)</p>",
    ),
    (
        "[x](https://contoso.example \"t\\\" onclick=\\\"alert(1)\")",
        "<p><a href=\"https://contoso.example/\" rel=\"noopener nofollow ugc\">x</a></p>",
    ),
    (
        "[x](mailto:a@b.example?body=\"><script>)",
        "<p><a href=\"mailto:a@b.example?body=%22%3E%3Cscript%3E\" rel=\"noopener nofollow ugc\">x</a></p>",
    ),
    // Images would be fetched; only their description stays
    ("![cat](https://evil.example/pixel.png)", "<p>cat</p>"),
    ("![x](x\"onerror=\"alert(1))", "<p>x</p>"),
    ("![<b>](javascript:alert(1) \"t\")", "<p>&lt;b&gt;</p>"),
    ("[![x](https://evil.example/a.png)](javascript:alert(1))", "<p>x</p>"),
    // Names that would become ids or classes
    ("# x {#content .skip onclick=alert(1)}", "<h2>x {#content .skip onclick=alert(1)}</h2>"),
    ("# <script>x</script>", "<h2>&lt;script&gt;x&lt;/script&gt;</h2>"),
    ("[^1]: <script>x</script>", "<p>[^1]: &lt;script&gt;x&lt;/script&gt;</p>"),
];

/// A renderer as a hurried author would write it; most vectors must get through it, or they prove nothing.
fn naive(markdown: &str) -> String {
    let mut fragment = String::new();
    html::push_html(&mut fragment, Parser::new_ext(markdown, Options::all()));
    fragment
}

#[test]
fn c6_every_vector_is_inert() {
    let mut fooled = 0;
    for (vector, expected) in VECTORS {
        assert_eq!(render(vector).replace('\n', ""), expected.replace('\n', ""), "{vector:?}");
        fooled += usize::from(active(&naive(vector)));
    }
    assert!(VECTORS.len() >= 55, "{}", VECTORS.len());
    assert!(fooled >= 30, "only {fooled} vectors would have fooled a naive renderer");
}

/// Whether a fragment has an element or attribute that this renderer never writes.
fn active(fragment: &str) -> bool {
    const PLAIN: &[&str] = &[
        "p",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "ul",
        "ol",
        "li",
        "blockquote",
        "pre",
        "code",
        "em",
        "strong",
        "del",
        "hr /",
        "br /",
        "table",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
    ];
    fragment.split('<').skip(1).any(|rest| {
        let tag = rest.split('>').next().unwrap_or_default();
        let name = tag.strip_prefix('/').unwrap_or(tag);
        let link = name == "a"
            || (name.starts_with("a href=\"https://") || name.starts_with("a href=\"mailto:"))
                && name.ends_with("\" rel=\"noopener nofollow ugc\"")
                && name.matches('"').count() == 4;
        let list = name
            .strip_prefix("ol start=\"")
            .and_then(|n| n.strip_suffix('"'))
            .is_some_and(|n| n.parse::<u64>().is_ok());
        !(PLAIN.contains(&name) || link || list)
    })
}

proptest::proptest! {
    /// No text at all brings out anything but the few elements above.
    #[test]
    fn c6_no_text_becomes_active(markdown in "[ -~\n\t<>\"'&#;:/()\\[\\]!`*_|\u{a0}]{0,200}") {
        proptest::prop_assert!(!active(&render(&markdown)), "{:?} -> {}", markdown, render(&markdown));
    }

    #[test]
    fn c6_no_mixture_of_pieces_becomes_active(pieces in proptest::collection::vec(proptest::sample::select(PIECES), 0..24)) {
        let markdown = pieces.concat();
        proptest::prop_assert!(!active(&render(&markdown)), "{:?} -> {}", markdown, render(&markdown));
    }
}

const PIECES: &[&str] = &[
    "<script>",
    "</script>",
    "<a href=",
    "\"",
    "'",
    ">",
    "<",
    "[",
    "](",
    ")",
    "![",
    "javascript:",
    "https://",
    "mailto:",
    "x",
    "@b.example",
    "\n",
    "\n\n",
    "    ",
    "`",
    "```",
    "# ",
    "- ",
    "> ",
    "|",
    "|-|\n",
    "&lt;",
    "&#x3c;",
    "\\",
    "<!--",
    "-->",
    "{#id}",
    "[^1]",
    "[1]: ",
    "$",
    "~~",
];

#[test]
fn the_same_terms_give_the_same_bytes() {
    let terms = "# Terms\n\nBe *kind*.";
    assert_eq!(markdown_to_fragment(terms), markdown_to_fragment(terms));
}
