//! What a request says about its visitor.

use tributary_domain::visit::{PrivacySignals, Verdict, VisitHeaders, classify, identity_allowed};

use crate::request::{Method, Request};

/// The headers that are read here.
pub const HEADERS: [&str; 9] = [
    "user-agent",
    "sec-purpose",
    "purpose",
    "x-moz",
    "x-purpose",
    "sec-gpc",
    "dnt",
    "x-forwarded-for",
    "spin-client-addr",
];

/// Who came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Signals {
    pub(super) verdict: Verdict,
    pub(super) visitor: Option<Visitor>,
}

/// What a visitor is known again by within a day. It stays in memory for some milliseconds; what is kept is
/// a hash (R23).
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Visitor {
    pub(super) address: String,
    pub(super) user_agent: String,
}

impl std::fmt::Debug for Visitor {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Visitor { [redacted] }")
    }
}

/// Reads the headers; only a person who does not mind has an identity.
pub(super) fn read(request: &Request) -> Signals {
    let mut headers = VisitHeaders { is_head: request.method == Method::Head, ..VisitHeaders::default() };
    let mut privacy =
        PrivacySignals { consent_refused: refuses(&request.query), ..PrivacySignals::default() };
    for (name, value) in request.headers.iter() {
        match name {
            "user-agent" => headers.user_agent = Some(value),
            "sec-purpose" => headers.sec_purpose = Some(value),
            "purpose" => headers.purpose = Some(value),
            "x-moz" => headers.x_moz = Some(value),
            "x-purpose" => headers.x_purpose = Some(value),
            "sec-gpc" => privacy.global_privacy_control = value.trim() == "1",
            "dnt" => privacy.do_not_track = value.trim() == "1",
            _ => {}
        }
    }
    headers.privacy = privacy;
    let verdict = classify(&headers);
    let may_know = verdict.counts() && identity_allowed(&headers);
    let address = request.client_address().filter(|_| may_know);
    let visitor = address.map(|address| Visitor {
        address: without_port(address).to_owned(),
        user_agent: headers.user_agent.unwrap_or_default().to_owned(),
    });
    Signals { verdict, visitor }
}

fn refuses(query: &str) -> bool {
    query.split('&').any(|pair| pair == "consent=0")
}

/// The host gives the address with its port, which is another one for each connection.
fn without_port(address: &str) -> &str {
    match address.rsplit_once(':') {
        Some((host, _)) if host.starts_with('[') && host.ends_with(']') || !host.contains(':') => host,
        _ => address,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::request::Headers;

    const BROWSER: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";

    fn signals(method: Method, query: &str, headers: &[(&str, &str)]) -> Signals {
        let fields = [("user-agent", BROWSER), ("spin-client-addr", "203.0.113.9:4711")];
        let fields = headers
            .iter()
            .chain(&fields)
            .map(|(name, value)| ((*name).to_owned(), value.as_bytes().to_vec()));
        read(&Request {
            method,
            path: "/anna".to_owned(),
            query: query.into(),
            headers: Headers::new(fields.collect()),
            body: Vec::new(),
        })
    }

    // R22, R23
    #[test]
    fn a_person_has_an_identity_unless_it_is_not_wanted() {
        for (query, headers, known) in [
            ("", &[][..], true),
            ("consent=1", &[], true),
            ("a=1&consent=0", &[], false),
            ("", &[("Sec-GPC", "1")], false),
            ("", &[("DNT", "1")], false),
            ("", &[("DNT", "0")], true),
        ] {
            let found = signals(Method::Get, query, headers);
            assert_eq!(
                (found.verdict, found.visitor.is_some()),
                (Verdict::Human, known),
                "{query} {headers:?}"
            );
        }
    }

    // R22
    #[test]
    fn what_is_no_person_has_none() {
        for (method, headers, verdict) in [
            (Method::Head, &[][..], Verdict::Head),
            (Method::Get, &[("Sec-Purpose", "prefetch;prerender")], Verdict::Prefetch),
        ] {
            assert_eq!(signals(method, "", headers), Signals { verdict, visitor: None });
        }
    }

    // R23
    #[test]
    fn a_visitor_is_the_same_on_another_connection() {
        for (address, expected) in [
            ("203.0.113.9:4711", "203.0.113.9"),
            ("203.0.113.9", "203.0.113.9"),
            ("[2001:db8::1]:4711", "[2001:db8::1]"),
            ("2001:db8::1", "2001:db8::1"),
        ] {
            assert_eq!(without_port(address), expected);
        }
        let proxied = signals(Method::Get, "", &[("X-Forwarded-For", "198.51.100.7, 10.0.0.1")]);
        assert_eq!(proxied.visitor.unwrap().address, "198.51.100.7");
    }
}
