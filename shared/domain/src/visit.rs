//! Who is behind a request to a link: a person, or a program that must be answered but not counted
//! (R22), and what may be remembered of a person (R23).
//!
//! Plain searches of the `User-Agent` header, without regular expressions and without allocation: the one
//! big pattern that bot lists ship takes milliseconds to compile in every new instance, and an instance
//! lives for 128 requests.

mod outcome;

use std::sync::LazyLock;

use hmac::Mac;

use crate::click_id::LinkNumber;
use crate::keys::{PreparedHmac, prepare_hmac};

pub use outcome::{IMPORTED, Outcome};

/// The headers that tell people from programs.
#[derive(Debug, Clone, Copy, Default)]
pub struct VisitHeaders<'a> {
    /// Whether the method is HEAD.
    pub is_head: bool,
    /// `User-Agent`.
    pub user_agent: Option<&'a str>,
    /// `Sec-Purpose`: `prefetch`, `prefetch;prerender`.
    pub sec_purpose: Option<&'a str>,
    /// `Purpose`: the older name of it.
    pub purpose: Option<&'a str>,
    /// `X-Moz`: the same of older Firefox.
    pub x_moz: Option<&'a str>,
    /// `X-Purpose`: `preview`, of older Safari.
    pub x_purpose: Option<&'a str>,
    /// What the visitor asks for.
    pub privacy: PrivacySignals,
}

/// A visitor's wish to stay unknown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PrivacySignals {
    /// `Sec-GPC: 1`, Global Privacy Control.
    pub global_privacy_control: bool,
    /// `DNT: 1`.
    pub do_not_track: bool,
    /// `consent=0` in the query.
    pub consent_refused: bool,
}

/// What a request was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// A person's click: the only one that counts.
    Human,
    /// A HEAD request.
    Head,
    /// A browser that loads a page in advance.
    Prefetch,
    /// A messenger or network that shows what is behind a link.
    Preview,
    /// A crawler, a monitor, a browser under remote control.
    Bot,
    /// A command line tool or an HTTP library.
    Program,
    /// No `User-Agent` at all, which no browser does.
    NoUserAgent,
}

impl Verdict {
    /// Every verdict, in the order of their numbers.
    pub const ALL: [Self; 7] =
        [Self::Human, Self::Head, Self::Prefetch, Self::Preview, Self::Bot, Self::Program, Self::NoUserAgent];

    /// Whether it is counted as a click.
    pub const fn counts(self) -> bool {
        matches!(self, Self::Human)
    }

    /// The stable word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Human => "human",
            Self::Head => "head",
            Self::Prefetch => "prefetch",
            Self::Preview => "preview",
            Self::Bot => "bot",
            Self::Program => "program",
            Self::NoUserAgent => "no_user_agent",
        }
    }

    /// Reads [`Verdict::as_str`] back.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|verdict| verdict.as_str() == text)
    }

    /// The stable small number for it, as stored with each click.
    pub const fn code(self) -> u8 {
        match self {
            Self::Human => 0,
            Self::Head => 1,
            Self::Prefetch => 2,
            Self::Preview => 3,
            Self::Bot => 4,
            Self::Program => 5,
            Self::NoUserAgent => 6,
        }
    }

    /// Reads [`Verdict::code`] back.
    pub fn from_code(code: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|verdict| verdict.code() == code)
    }
}

/// What begins a word of a `User-Agent` and gives its sender away, in lower case. Previews stand before
/// bots, because Apple's Messages calls itself `facebookexternalhit/1.1 Facebot Twitterbot/1.0`, and the
/// earliest line that fits wins.
const MARKS: &[(&str, Verdict)] = &[
    ("facebookexternalhit", Verdict::Preview),
    ("facebookcatalog", Verdict::Preview),
    ("facebot", Verdict::Preview),
    ("slackbot-linkexpanding", Verdict::Preview),
    ("slack-imgproxy", Verdict::Preview),
    ("twitterbot", Verdict::Preview),
    ("telegrambot", Verdict::Preview),
    ("discordbot", Verdict::Preview),
    ("linkedinbot", Verdict::Preview),
    ("skypeuripreview", Verdict::Preview),
    ("microsoftpreview", Verdict::Preview),
    ("bingpreview", Verdict::Preview),
    ("google-pagerenderer", Verdict::Preview),
    ("google web preview", Verdict::Preview),
    ("snap url preview", Verdict::Preview),
    ("redditbot", Verdict::Preview),
    ("embedly", Verdict::Preview),
    ("iframely", Verdict::Preview),
    ("vkshare", Verdict::Preview),
    ("mattermost-bot", Verdict::Preview),
    ("viber/", Verdict::Preview),
    ("kakaotalk-scrap", Verdict::Preview),
    ("bitlybot", Verdict::Preview),
    ("mastodon/", Verdict::Preview),
    ("bluesky cardyb", Verdict::Preview),
    ("googleother", Verdict::Bot),
    ("google-inspectiontool", Verdict::Bot),
    ("google-read-aloud", Verdict::Bot),
    ("google-safety", Verdict::Bot),
    ("mediapartners-google", Verdict::Bot),
    ("feedfetcher-google", Verdict::Bot),
    ("apis-google", Verdict::Bot),
    ("chrome-lighthouse", Verdict::Bot),
    ("headlesschrome", Verdict::Bot),
    ("phantomjs", Verdict::Bot),
    ("puppeteer", Verdict::Bot),
    ("playwright", Verdict::Bot),
    ("selenium", Verdict::Bot),
    ("meta-externalagent", Verdict::Bot),
    ("meta-externalfetcher", Verdict::Bot),
    ("slurp", Verdict::Bot),
    ("ia_archiver", Verdict::Bot),
    ("heritrix", Verdict::Bot),
    ("nutch", Verdict::Bot),
    ("httrack", Verdict::Bot),
    ("screaming frog", Verdict::Bot),
    ("w3c_validator", Verdict::Bot),
    ("ptst/", Verdict::Bot),
    ("gtmetrix", Verdict::Bot),
    ("pingdom", Verdict::Bot),
    ("statuscake", Verdict::Bot),
    ("site24x7", Verdict::Bot),
    ("newrelicpinger", Verdict::Bot),
    ("datadog", Verdict::Bot),
    ("catchpoint", Verdict::Bot),
    ("zgrab", Verdict::Bot),
    ("masscan", Verdict::Bot),
    ("nmap", Verdict::Bot),
    ("nuclei", Verdict::Bot),
    ("censysinspect", Verdict::Bot),
    ("chatgpt-user", Verdict::Bot),
    ("perplexity-user", Verdict::Bot),
    ("curl/", Verdict::Program),
    ("libcurl", Verdict::Program),
    ("wget", Verdict::Program),
    ("python", Verdict::Program),
    ("aiohttp", Verdict::Program),
    ("httpx", Verdict::Program),
    ("scrapy", Verdict::Program),
    ("httpie", Verdict::Program),
    ("go-http-client", Verdict::Program),
    ("colly", Verdict::Program),
    ("okhttp", Verdict::Program),
    ("java/", Verdict::Program),
    ("java-http-client", Verdict::Program),
    ("apache-httpclient", Verdict::Program),
    ("jakarta commons", Verdict::Program),
    ("axios/", Verdict::Program),
    ("node-fetch", Verdict::Program),
    ("undici", Verdict::Program),
    ("node.js", Verdict::Program),
    ("node/", Verdict::Program),
    ("got/", Verdict::Program),
    ("got (", Verdict::Program),
    ("deno/", Verdict::Program),
    ("bun/", Verdict::Program),
    ("superagent", Verdict::Program),
    ("libwww", Verdict::Program),
    ("lwp", Verdict::Program),
    ("php/", Verdict::Program),
    ("guzzlehttp", Verdict::Program),
    ("symfony", Verdict::Program),
    ("wordpress/", Verdict::Program),
    ("ruby", Verdict::Program),
    ("faraday", Verdict::Program),
    ("rest-client", Verdict::Program),
    ("restsharp", Verdict::Program),
    ("reqwest", Verdict::Program),
    ("hyper/", Verdict::Program),
    ("ureq/", Verdict::Program),
    ("dart/", Verdict::Program),
    ("cfnetwork", Verdict::Program),
    ("dalvik/", Verdict::Program),
    ("winhttp", Verdict::Program),
    ("windowspowershell", Verdict::Program),
    ("powershell", Verdict::Program),
    ("postmanruntime", Verdict::Program),
    ("insomnia", Verdict::Program),
    ("apachebench", Verdict::Program),
    ("k6/", Verdict::Program),
    ("oha/", Verdict::Program),
    ("hey/", Verdict::Program),
];

/// What ends a word of a crawler's name.
const BOT_ENDINGS: [&str; 7] = ["bot", "bots", "crawler", "crawl", "spider", "scraper", "archiver"];
/// A brand of phones, whose model names stand in its browsers' `User-Agent`.
const NO_BOT: &str = "cubot";
/// What only a program says as its whole name.
const BARE_NAMES: [&str; 3] = ["mozilla/5.0", "mozilla/4.0", "node"];

/// Tells people from programs.
pub fn classify(headers: &VisitHeaders<'_>) -> Verdict {
    if headers.is_head {
        return Verdict::Head;
    }
    let purposes = [headers.sec_purpose, headers.purpose, headers.x_moz, headers.x_purpose];
    if purposes.into_iter().flatten().any(|purpose| {
        words(purpose)
            .any(|word| ["prefetch", "prerender", "preview"].iter().any(|mark| starts_with(word, mark)))
    }) {
        return Verdict::Prefetch;
    }
    match headers.user_agent.map(str::trim) {
        None | Some("") => Verdict::NoUserAgent,
        Some(user_agent) => classify_user_agent(user_agent),
    }
}

/// Whether anything that stands for the visitor may be kept (R23).
pub const fn identity_allowed(headers: &VisitHeaders<'_>) -> bool {
    let PrivacySignals { global_privacy_control, do_not_track, consent_refused } = headers.privacy;
    !global_privacy_control && !do_not_track && !consent_refused
}

/// Makes visitors without a name: keyed hashes that mean nothing once the day's salt is thrown away (R23).
#[derive(Clone)]
pub struct VisitorHasher(PreparedHmac);

impl VisitorHasher {
    /// Hashes under this salt.
    pub fn new(salt: &[u8; 32]) -> Self {
        Self(prepare_hmac(salt))
    }

    /// A visitor of one link: on another link the same visitor has another hash, so that nobody's way from
    /// link to link can be seen.
    ///
    /// 6 bytes: of a million visitors a day, two share one by chance on one day in 560.
    pub fn hash(&self, link: LinkNumber, ip: &str, user_agent: &str) -> [u8; 6] {
        // No address holds a zero byte, so the parts cannot run into each other.
        let mac = self.0.clone().chain_update(link.get().to_be_bytes());
        let mac = mac.chain_update(ip).chain_update([0]).chain_update(user_agent);
        let mut short = [0; 6];
        for (slot, byte) in short.iter_mut().zip(mac.finalize().into_bytes()) {
            *slot = byte;
        }
        short
    }
}

impl std::fmt::Debug for VisitorHasher {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("VisitorHasher { [redacted] }")
    }
}

fn classify_user_agent(user_agent: &str) -> Verdict {
    // Only the messenger's own fetch begins with its name; its browser view begins with Mozilla.
    if starts_with(user_agent.as_bytes(), "whatsapp/") {
        return Verdict::Preview;
    }
    if BARE_NAMES.iter().any(|name| user_agent.eq_ignore_ascii_case(name)) {
        return Verdict::Program;
    }
    let earliest = words(user_agent).filter_map(mark_at).min();
    match earliest.and_then(|line| MARKS.get(line)) {
        Some((_, Verdict::Preview)) => Verdict::Preview,
        found => {
            if words(user_agent).any(is_bot_name) {
                Verdict::Bot
            } else {
                found.map_or(Verdict::Human, |(_, verdict)| *verdict)
            }
        }
    }
}

/// The text from the start of each word on. A word is a run of ASCII letters and digits.
fn words(text: &str) -> impl Iterator<Item = &[u8]> {
    let bytes = text.as_bytes();
    let mut before = b' ';
    bytes.iter().enumerate().filter_map(move |(index, byte)| {
        let starts = byte.is_ascii_alphanumeric() && !before.is_ascii_alphanumeric();
        before = *byte;
        if starts { bytes.get(index..) } else { None }
    })
}

/// The line of [`MARKS`] that the word begins with.
fn mark_at(word: &[u8]) -> Option<usize> {
    let lines = LINES.get(place(*word.first()?)?)?;
    lines.iter().copied().find(|line| MARKS.get(*line).is_some_and(|(mark, _)| starts_with(word, mark)))
}

/// The lines of [`MARKS`] by their first letters: of a hundred marks, a word is held against a handful.
static LINES: LazyLock<[Vec<usize>; 26]> = LazyLock::new(|| {
    let mut lines = std::array::from_fn(|_| Vec::new());
    for (line, (mark, _)) in MARKS.iter().enumerate() {
        let first = mark.bytes().next().and_then(place);
        if let Some(of_letter) = first.and_then(|place| lines.get_mut(place)) {
            of_letter.push(line);
        }
    }
    lines
});

/// A letter's place in the alphabet; marks begin with letters.
fn place(letter: u8) -> Option<usize> {
    letter.to_ascii_lowercase().checked_sub(b'a').map(usize::from)
}

fn is_bot_name(from_word: &[u8]) -> bool {
    let length = from_word.iter().take_while(|byte| byte.is_ascii_alphanumeric()).count();
    let Some(word) = from_word.get(..length) else { return false };
    BOT_ENDINGS.iter().any(|ending| ends_with(word, ending)) && !word.eq_ignore_ascii_case(NO_BOT.as_bytes())
}

fn starts_with(text: &[u8], lower: &str) -> bool {
    text.get(..lower.len()).is_some_and(|start| same(start, lower))
}

fn ends_with(text: &[u8], lower: &str) -> bool {
    text.len()
        .checked_sub(lower.len())
        .and_then(|start| text.get(start..))
        .is_some_and(|end| same(end, lower))
}

/// Of texts of one length. Their last letters tell nearly all apart, and a click makes hundreds of comparisons.
fn same(text: &[u8], lower: &str) -> bool {
    text.last().map(u8::to_ascii_lowercase) == lower.bytes().last()
        && text.eq_ignore_ascii_case(lower.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(expected: Verdict, user_agents: &[&str]) {
        for user_agent in user_agents {
            let headers = VisitHeaders { user_agent: Some(user_agent), ..VisitHeaders::default() };
            assert_eq!(classify(&headers), expected, "{user_agent}");
        }
    }

    // R22
    #[test]
    fn people_are_counted_whatever_their_browser() {
        check(
            Verdict::Human,
            &[
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36",
                "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Safari/605.1.15",
                "Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0",
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36 Edg/131.0.2903.51",
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1",
                "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Mobile Safari/537.36",
                "Mozilla/5.0 (Linux; Android 14; SAMSUNG SM-S918B) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/26.0 Chrome/122.0.0.0 Mobile Safari/537.36",
                "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 Instagram 334.0.4.32.98 (iPhone15,2; iOS 17_5; en_US; en; scale=3.00; 1179x2556; 607000000)",
                "Mozilla/5.0 (Linux; Android 13; SM-A536B Build/TP1A.220624.014; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/120.0.6099.144 Mobile Safari/537.36 Instagram 312.0.0.37.103 Android",
                "Mozilla/5.0 (iPhone; CPU iPhone OS 16_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 [FBAN/FBIOS;FBAV/440.0.0.34.110;FBBV/532452345;FBDV/iPhone14,5;FBMD/iPhone;FBSN/iOS;FBSV/16.6;FBSS/3;FBLC/en_US]",
                "Mozilla/5.0 (Linux; Android 12; M2101K6G Build/SKQ1.210908.001; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/119.0.6045.66 Mobile Safari/537.36 [FB_IAB/FB4A;FBAV/441.0.0.30.112;]",
                "Mozilla/5.0 (iPhone; CPU iPhone OS 17_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 musical_ly_32.5.0 JsSdk/2.0 NetType/WIFI Channel/App Store ByteLocale/en Region/US BytedanceWebview/d8a21c6",
                "Mozilla/5.0 (Linux; Android 13; CPH2449 Build/TP1A; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/118.0.0.0 Mobile Safari/537.36 trill_320503 JsSdk/1.0 BytedanceWebview/d8a21c6",
                "Mozilla/5.0 (Linux; Android 9; CUBOT_NOTE_S Build/PPR1.180610.011) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/88.0.4324.93 Mobile Safari/537.36",
                "Mozilla/5.0 (Linux; Android 11; CUBOT X50) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/110.0.0.0 Mobile Safari/537.36",
                "Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/21E219 Twitter for iPhone/10.33",
                "Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 [LinkedInApp]/9.29.1234",
                "Mozilla/5.0 (iPhone; CPU iPhone OS 16_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 [Pinterest/iOS]",
                "Mozilla/5.0 (iPhone; CPU iPhone OS 16_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/16.5 Mobile/15E148 Snapchat/12.40.0.41 (like Safari/8615.2.9.0.4, panda)",
                "Mozilla/5.0 (iPhone; CPU iPhone OS 17_2 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) GSA/295.0.590048842 Mobile/15E148 Safari/604.1",
                "Mozilla/5.0 (iPhone; CPU iPhone OS 17_2 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/120.0.6099.119 Mobile/15E148 Safari/604.1",
                "Mozilla/5.0 (Android 14; Mobile; rv:133.0) Gecko/133.0 Firefox/133.0",
                "Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36 OPR/115.0.0.0",
                "Opera/9.80 (Android; Opera Mini/36.2.2254/191.256; U; en) Presto/2.12.423 Version/12.16",
                "Mozilla/5.0 (Linux; Android 13; SM-G991B) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/108.0.0.0 Mobile Safari/537.36 WhatsApp/2.23.20.0",
                "Mozilla/5.0 (Linux; U; Android 12; en-us; Redmi Note 9) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/112.0.5615.136 Mobile Safari/537.36 XiaoMi/MiuiBrowser/14.8.1-gn",
                "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.0 Mobile/15E148 DuckDuckGo/7 Safari/605.1.15",
            ],
        );
    }

    // R22
    #[test]
    fn link_previews_are_not_counted() {
        check(
            Verdict::Preview,
            &[
                "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)",
                "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_11_1) AppleWebKit/601.2.4 (KHTML, like Gecko) Version/9.0.1 Safari/601.2.4 facebookexternalhit/1.1 Facebot Twitterbot/1.0",
                "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)",
                "Twitterbot/1.0",
                "WhatsApp/2.23.20.0 A",
                "TelegramBot (like TwitterBot)",
                "Mozilla/5.0 (compatible; Discordbot/2.0; +https://discordapp.com)",
                "LinkedInBot/1.0 (compatible; Mozilla/5.0; Apache-HttpClient +http://www.linkedin.com)",
                "Mozilla/5.0 (Windows NT 6.1; WOW64) SkypeUriPreview Preview/0.5 skype-url-preview@microsoft.com",
                "Mozilla/5.0 (compatible; redditbot/1.0; +http://www.reddit.com/feedback)",
                "Mozilla/5.0 (Windows NT 6.1) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/41.0.2272.118 Safari/537.36 BingPreview/1.0b",
                "Snap URL Preview Service; bot; snapchat; https://developers.snap.com/robots",
            ],
        );
    }

    // R22
    #[test]
    fn bots_are_not_counted() {
        check(
            Verdict::Bot,
            &[
                "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
                "Mozilla/5.0 (Linux; Android 6.0.1; Nexus 5X Build/MMB29P) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Mobile Safari/537.36 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
                "AdsBot-Google (+http://www.google.com/adsbot.html)",
                "Mediapartners-Google",
                "Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)",
                "Mozilla/5.0 (compatible; YandexBot/3.0; +http://yandex.com/bots)",
                "Mozilla/5.0 (compatible; Baiduspider/2.0; +http://www.baidu.com/search/spider.html)",
                "Mozilla/5.0 (compatible; Yahoo! Slurp; http://help.yahoo.com/help/us/ysearch/slurp)",
                "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_5) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/13.1.1 Safari/605.1.15 (Applebot/0.1; +http://www.apple.com/go/applebot)",
                "Mozilla/5.0 (compatible; AhrefsBot/7.0; +http://ahrefs.com/robot/)",
                "Mozilla/5.0 (compatible; SemrushBot/7~bl; +http://www.semrush.com/bot.html)",
                "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.2; +https://openai.com/gptbot)",
                "Mozilla/5.0 (Linux; Android 5.0) AppleWebKit/537.36 (KHTML, like Gecko) Mobile Safari/537.36 (compatible; Bytespider; spider-feedback@bytedance.com)",
                "Pinterest/0.2 (+https://www.pinterest.com/bot.html)",
                "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/131.0.0.0 Safari/537.36",
                "Mozilla/5.0 (compatible; archive.org_bot +http://archive.org/details/archive.org_bot)",
                "Mozilla/5.0+(compatible; UptimeRobot/2.0; http://www.uptimerobot.com/)",
                "Pingdom.com_bot_version_1.4_(http://www.pingdom.com/)",
                "CCBot/2.0 (https://commoncrawl.org/faq/)",
                "meta-externalagent/1.1 (+https://developers.facebook.com/docs/sharing/webmasters/crawler)",
                "Slackbot 1.0 (+https://api.slack.com/robots)",
                "Mozilla/5.0 (compatible; Python-Crawler/1.0)",
            ],
        );
    }

    // R22
    #[test]
    fn programs_are_not_counted() {
        check(
            Verdict::Program,
            &[
                "curl/8.5.0",
                "Wget/1.21.4",
                "python-requests/2.32.3",
                "Python/3.12 aiohttp/3.9.5",
                "python-httpx/0.27.0",
                "Python-urllib/3.11",
                "Go-http-client/2.0",
                "okhttp/4.12.0",
                "Java/17.0.2",
                "Java-http-client/21.0.1",
                "Apache-HttpClient/4.5.14 (Java/17.0.9)",
                "axios/1.7.2",
                "node-fetch/1.0 (+https://github.com/bitinn/node-fetch)",
                "node",
                "undici",
                "got (https://github.com/sindresorhus/got)",
                "libwww-perl/6.72",
                "GuzzleHttp/7",
                "PostmanRuntime/7.39.0",
                "Ruby",
                "Dart/3.4 (dart:io)",
                "MyApp/1 CFNetwork/1494.0.7 Darwin/23.4.0",
                "Dalvik/2.1.0 (Linux; U; Android 13; SM-A536B Build/TP1A.220624.014)",
                "Mozilla/5.0 (Windows NT; Windows NT 10.0; en-US) WindowsPowerShell/5.1.22621.2506",
                "Mozilla/5.0",
                "HTTPie/3.2.2",
            ],
        );
    }

    // R22
    #[test]
    fn head_prefetch_and_silence_are_not_counted() {
        let browser = VisitHeaders {
            user_agent: Some("Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0"),
            ..VisitHeaders::default()
        };
        for (headers, expected) in [
            (browser, Verdict::Human),
            (VisitHeaders { is_head: true, ..browser }, Verdict::Head),
            (VisitHeaders { sec_purpose: Some("prefetch"), ..browser }, Verdict::Prefetch),
            (VisitHeaders { sec_purpose: Some("prefetch;prerender"), ..browser }, Verdict::Prefetch),
            (
                VisitHeaders { sec_purpose: Some("prefetch;anonymous-client-ip"), ..browser },
                Verdict::Prefetch,
            ),
            (VisitHeaders { purpose: Some("Prefetch"), ..browser }, Verdict::Prefetch),
            (VisitHeaders { x_moz: Some("prefetch"), ..browser }, Verdict::Prefetch),
            (VisitHeaders { x_purpose: Some("preview"), ..browser }, Verdict::Prefetch),
            (VisitHeaders { purpose: Some("navigation"), ..browser }, Verdict::Human),
            (VisitHeaders { user_agent: None, ..browser }, Verdict::NoUserAgent),
            (VisitHeaders { user_agent: Some("  "), ..browser }, Verdict::NoUserAgent),
        ] {
            assert_eq!(classify(&headers), expected, "{headers:?}");
        }
    }

    // R22
    #[test]
    fn verdicts_are_read_back_from_their_words_and_numbers() {
        for verdict in Verdict::ALL {
            assert_eq!(Verdict::parse(verdict.as_str()), Some(verdict));
            assert_eq!(Verdict::from_code(verdict.code()), Some(verdict));
            assert_eq!(verdict.counts(), verdict == Verdict::Human);
        }
        assert_eq!((Verdict::parse("martian"), Verdict::from_code(7)), (None, None));
        assert!(MARKS.iter().all(|(mark, _)| *mark == mark.to_ascii_lowercase()));
    }

    // R23
    #[test]
    fn one_wish_is_enough_to_stay_unknown() {
        let none = PrivacySignals::default();
        for (privacy, allowed) in [
            (none, true),
            (PrivacySignals { global_privacy_control: true, ..none }, false),
            (PrivacySignals { do_not_track: true, ..none }, false),
            (PrivacySignals { consent_refused: true, ..none }, false),
        ] {
            assert_eq!(identity_allowed(&VisitHeaders { privacy, ..VisitHeaders::default() }), allowed);
        }
    }

    // R23
    #[test]
    fn a_visitor_is_known_again_only_under_the_same_salt() {
        let link = |number| LinkNumber::new(number).unwrap();
        let hash = |salt: u8, ip, user_agent| VisitorHasher::new(&[salt; 32]).hash(link(7), ip, user_agent);
        let known = hash(1, "192.0.2.1", "Firefox");
        assert_eq!(known, hash(1, "192.0.2.1", "Firefox"));
        assert_ne!(known, hash(2, "192.0.2.1", "Firefox"));
        assert_ne!(known, hash(1, "192.0.2.2", "Firefox"));
        assert_ne!(known, hash(1, "192.0.2.1", "Chrome"));
        assert_ne!(hash(1, "1", "2x"), hash(1, "12", "x"));
        assert_ne!(known, VisitorHasher::new(&[1; 32]).hash(link(8), "192.0.2.1", "Firefox"));
    }

    proptest! {
        // R22
        #[test]
        fn any_header_is_read_without_harm(user_agent in "\\PC{0,80}") {
            let headers = VisitHeaders { user_agent: Some(&user_agent), ..VisitHeaders::default() };
            prop_assert!(Verdict::ALL.contains(&classify(&headers)));
        }
    }
}
