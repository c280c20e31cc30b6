//! Texts in HTML.

use crate::text::moves;

/// Returns the text with the characters escaped that mean something in HTML. Those that would turn the direction of the page are
/// replaced.
pub(super) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for char in text.chars() {
        match char {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            // Line ends are for `pre`.
            '\n' => escaped.push('\n'),
            char if moves(char) => escaped.push('␣'),
            other => escaped.push(other),
        }
    }
    escaped
}

/// Returns a page with this title and body.
pub(super) fn document(title: &str, body: &str) -> String {
    let title = escape(title);
    format!(
        "<!doctype html><html lang=en><meta charset=utf-8><meta name=viewport content=\"width=device-width\">\
         <title>{title}</title><style>{STYLE}</style><body>{body}</body></html>"
    )
}

const STYLE: &str = "\
:root{color-scheme:light dark}body{font:15px/1.45 system-ui,sans-serif;margin:0 auto;max-width:72rem;padding:1rem}\
h1{font-size:1.25rem;margin:.2rem 0 1rem;overflow-wrap:anywhere}a{color:LinkText}.scroll{overflow-x:auto}\
table{border-collapse:collapse;width:100%}th,td{text-align:left;padding:.35rem .6rem;border-bottom:1px solid #8884;\
vertical-align:top;max-width:26rem;overflow:hidden;text-overflow:ellipsis;white-space:nowrap}\
th{font-weight:600}td.number{text-align:right}pre{overflow-x:auto;padding:.8rem;background:#8881;border-radius:.4rem}\
form{display:flex;flex-wrap:wrap;gap:.5rem;margin:0 0 1rem}input,select,button{font:inherit;padding:.3rem .5rem}\
.faint{opacity:.65}.bad{color:#c22}nav{margin:1rem 0;display:flex;gap:1rem}";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_text_is_markup() {
        assert_eq!(escape("<b>'\"&"), "&lt;b&gt;&#39;&quot;&amp;");
        assert_eq!(escape("a\n\u{202e}b\0"), "a\n␣b␣");
    }
}
