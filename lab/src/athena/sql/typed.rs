//! Types and typed literals that sqlparser does not know, put into words that it does.
//!
//! The type of a CAST becomes one quoted name, `CAST(x AS "array(varchar)")`; `IPADDRESS '10.0.0.1'` becomes a CAST, and
//! `JSON '…'` a call of `json_parse`. Places in the text stay as they are.

use datafusion::sql::sqlparser::keywords::Keyword;
use datafusion::sql::sqlparser::tokenizer::{Token, TokenWithSpan};

/// Types whose literals are only a CAST.
const LITERALS: [&str; 3] = ["ipaddress", "ipprefix", "uuid"];

pub(super) fn rewrite(tokens: Vec<TokenWithSpan>) -> Vec<TokenWithSpan> {
    let mut out: Vec<TokenWithSpan> = Vec::with_capacity(tokens.len());
    // For each open parenthesis, whether it is a CAST's.
    let mut open: Vec<bool> = Vec::new();
    let mut rest = tokens.into_iter().peekable();
    while let Some(token) = rest.next() {
        match &token.token {
            Token::LParen => open.push(out.iter().rev().find(|before| !is_space(before)).is_some_and(is_cast)),
            Token::RParen => {
                open.pop();
            }
            Token::Word(word) if word.keyword == Keyword::AS && open.last() == Some(&true) => {
                let span = token.span;
                out.push(token);
                let mut text = String::new();
                let mut depth = 0_usize;
                while let Some(next) = rest.next_if(|next| next.token != Token::RParen || depth > 0) {
                    match &next.token {
                        Token::LParen => depth += 1,
                        Token::RParen => depth = depth.saturating_sub(1),
                        Token::EOF => break,
                        _ => {}
                    }
                    if is_space(&next) { text.push(' ') } else { text.push_str(&next.token.to_string()) }
                }
                let name = text.trim().to_lowercase();
                if !name.is_empty() {
                    out.push(TokenWithSpan { token: Token::make_word(&name, Some('"')), span });
                }
                continue;
            }
            Token::Word(word) if word.quote_style.is_none() => {
                let name = word.value.to_lowercase();
                let is_json = name == "json";
                if (is_json || LITERALS.contains(&name.as_str()))
                    && let Some(literal) = literal(&mut rest)
                {
                    let span = token.span;
                    let word = |text: &str, quote| Token::make_word(text, quote);
                    let parts = if is_json {
                        vec![word("json_parse", None), Token::LParen, literal, Token::RParen]
                    } else {
                        let name = word(&name, Some('"'));
                        vec![word("CAST", None), Token::LParen, literal, word("AS", None), name, Token::RParen]
                    };
                    out.extend(parts.into_iter().map(|token| TokenWithSpan { token, span }));
                    continue;
                }
            }
            _ => {}
        }
        out.push(token);
    }
    out
}

/// The string that follows, which is then taken.
fn literal(rest: &mut std::iter::Peekable<std::vec::IntoIter<TokenWithSpan>>) -> Option<Token> {
    let mut ahead = rest.clone();
    let next = ahead.find(|token| !is_space(token))?;
    if !matches!(next.token, Token::SingleQuotedString(_)) {
        return None;
    }
    *rest = ahead;
    Some(next.token)
}

fn is_space(token: &TokenWithSpan) -> bool {
    matches!(token.token, Token::Whitespace(_))
}

fn is_cast(token: &TokenWithSpan) -> bool {
    matches!(&token.token, Token::Word(word) if matches!(word.keyword, Keyword::CAST | Keyword::TRY_CAST))
}
