//! Discount codes: made from patterns, typed in, replaced, tried again. Enrolling is what makes them.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::string_slice,
    clippy::indexing_slicing,
    clippy::needless_pass_by_value,
    reason = "a test that cannot go on has failed, and writes its values in place"
)]

use serde_json::{Value, json};
use tributary_tests::local_shop::{RestShop, ShopifyShop, bigcommerce_shop, stripe_shop};
use tributary_tests::{App, Brand, Campaign, OwnApp, Shop, Shopper, eventually, unique, with_code};

fn brand() -> Brand {
    App::shared().brand()
}

/// A creator with these members.
fn creator(brand: &Brand, members: &Value) -> String {
    brand.post("/creators", members.clone()).expect(201).json()["id"].as_str().unwrap().to_owned()
}

/// Enrolls somebody in a campaign of a new plan with this pattern, and gives the code.
fn code_from(brand: &Brand, pattern: &str, members: &Value) -> Value {
    let shop = brand.connect_shop();
    let plan = brand.add_plan(&shop, json!({"codePattern": pattern}));
    let campaign = brand.add_campaign(&plan);
    brand.enroll(&campaign, &creator(brand, members))["code"].clone()
}

// R2
#[test]
fn a_code_is_made_from_the_pattern() {
    let brand = brand();
    for (pattern, members, text) in [
        ("{first_name}{discount}", json!({"firstName": "Anna"}), "ANNA10"),
        ("{last_name}-{first_name}", json!({"firstName": "Anna", "lastName": "Berg"}), "BERG-ANNA"),
        ("{first_name}{discount}", json!({"firstName": "José"}), "JOSE10"),
        ("{first_name}{discount}", json!({"firstName": "Ольга"}), "OLGA10"),
        ("{first_name}{discount}", json!({"firstName": "Zoë-Marie d'Arc"}), "ZOEMARIEDARC10"),
        (
            "{instagram|first_name}",
            json!({"firstName": "Anna", "handles": {"instagram": "@anna.styles"}}),
            "ANNASTYLES",
        ),
        ("{instagram|first_name}5", json!({"firstName": "Anna"}), "ANNA5"),
        ("{tiktok}", json!({"handles": {"tiktok": "annatok"}}), "ANNATOK"),
        ("{youtube}", json!({"handles": {"youtube": "annatube"}}), "ANNATUBE"),
        ("{username}", json!({"handles": {"youtube": "annatube"}}), "ANNATUBE"),
        (
            "{first_name|instagram}",
            json!({"firstName": "田中", "handles": {"instagram": "tanaka"}}),
            "TANAKA",
        ),
        ("SAVE-{first_name}", json!({"firstName": "Maximiliane Alexandrina"}), "SAVE-MAXIMILIANEALEX"),
    ] {
        let code = code_from(&brand, pattern, &members);
        assert_eq!(
            (&code["text"], &code["collidedWith"]),
            (&json!(text), &Value::Null),
            "{pattern} {members}"
        );
    }
    let random = code_from(&brand, "{first_name}{random:6}", &json!({"firstName": "Anna"}));
    let text = random["text"].as_str().unwrap();
    assert!(text.starts_with("ANNA") && text.len() == 10, "{text}");
    assert!(text.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit()));
}

// R2
#[test]
fn a_store_without_credentials_gets_codes_that_the_brand_types_in() {
    let code = code_from(&brand(), "{first_name}{discount}", &json!({"firstName": "Anna"}));
    assert_eq!(code["status"], "active");
    assert!(code["id"].is_string() && code["reason"].is_string(), "who makes it in the shop is said: {code}");
}

// R3
#[test]
fn a_missing_field_fails_that_one_code_and_retry_makes_it_later() {
    let brand = brand();
    let plan = brand.add_plan(&brand.connect_shop(), json!({"codePattern": "{last_name}{discount}"}));
    let campaign = brand.add_campaign(&plan);
    let (whole, nameless) =
        (brand.add_creator("Anna", "Berg"), creator(&brand, &json!({"firstName": "Bela", "handles": {}})));
    let path = format!("/campaigns/{campaign}/enrollments");
    let reply = brand.post(&path, json!({"creatorIds": [whole, nameless]}));
    let enrollments = reply.json()["data"].as_array().unwrap().clone();
    let of =
        |creator: &str| enrollments.iter().find(|each| each["creatorId"] == creator).unwrap()["code"].clone();
    assert_eq!(of(&whole)["text"], "BERG10");
    let failed = of(&nameless);
    assert_eq!((&failed["status"], &failed["missing"]), (&json!("failed"), &json!(["last_name"])));
    assert_eq!(failed["text"], Value::Null);
    let retry = |body: Value| brand.post("/codes/retry", body);
    let listed = |status: &str| {
        let page = brand.get(&format!("/codes?campaignId={campaign}&status={status}")).expect(200).json();
        page["data"].as_array().unwrap().clone()
    };
    assert_eq!(listed("failed").len(), 1);
    retry(json!({"codeIds": [failed["id"]]}));
    assert_eq!(listed("failed").len(), 1, "nothing has changed");
    brand.patch(&format!("/creators/{nameless}"), json!({"lastName": "Kun"})).expect(200);
    let tried = brand.audited("code.retry", "codes");
    let reply = retry(json!({"planId": plan}));
    assert!(brand.audited("code.retry", "codes") > tried, "the log says so");
    assert!(matches!(reply.status, 200 | 202), "{}", reply.text());
    assert!(listed("failed").is_empty());
    let texts: Vec<Value> = listed("active").iter().map(|code| code["text"].clone()).collect();
    assert!(texts.contains(&json!("KUN10")) && texts.contains(&json!("BERG10")), "{texts:?}");
}

// R4
#[test]
fn a_taken_code_gets_a_suffix_and_says_what_it_collided_with() {
    let brand = brand();
    let campaign = brand.run_campaign(json!({}));
    assert_eq!(campaign.code(), "ANNA10");
    let mut texts = vec![campaign.code()];
    for _ in 0..3 {
        let code = brand.enroll(&campaign.id, &brand.add_creator("Anna", "Other"))["code"].clone();
        assert_eq!(code["collidedWith"], "ANNA10");
        texts.push(code["text"].as_str().unwrap().to_owned());
    }
    let different: std::collections::BTreeSet<&String> = texts.iter().collect();
    assert_eq!(different.len(), 4, "{texts:?}");
    assert!(texts.iter().all(|text| text.starts_with("ANNA10")));
    // The same people give the same codes in another store: nothing is by chance.
    let again = brand.run_campaign(json!({}));
    let second = brand.enroll(&again.id, &brand.add_creator("Anna", "Other"));
    assert_eq!(
        (again.code(), second["code"]["text"].as_str().unwrap()),
        ("ANNA10".to_owned(), texts[1].as_str())
    );
}

// R4
#[test]
fn a_preview_shows_the_codes_and_makes_none() {
    let brand = brand();
    let campaign = brand.run_campaign(json!({"codePattern": "{last_name}{discount}"}));
    assert_eq!(campaign.code(), "BERG10");
    let people = [
        brand.add_creator("Bela", "Kun"),
        brand.add_creator("Cora", "Berg"),
        creator(&brand, &json!({"firstName": "Dora"})),
    ];
    let body = json!({"planId": campaign.plan, "creatorIds": people});
    let preview = brand.post("/codes/preview", body.clone()).expect(200).json();
    let shown = preview["data"].as_array().unwrap();
    let of = |creator: &str| shown.iter().find(|each| each["creatorId"] == creator).unwrap();
    assert_eq!(of(&people[0])["text"], "KUN10");
    assert_eq!(of(&people[1])["collidedWith"], "BERG10");
    assert_eq!(of(&people[2])["missing"], json!(["last_name"]));
    assert_eq!(brand.post("/codes/preview", body).expect(200).json(), preview, "the same again");
    let listed = brand.get(&format!("/codes?planId={}", campaign.plan)).expect(200).json();
    assert_eq!(listed["data"].as_array().unwrap().len(), 1, "nothing was made");
    for person in &people[..2] {
        assert_eq!(brand.enroll(&campaign.id, person)["code"]["text"], of(person)["text"]);
    }
}

fn set_code(brand: &Brand, campaign: &Campaign, text: &str) -> tributary_tests::Reply {
    brand.put(&format!("/enrollments/{}/code", campaign.enrollment_id()), json!({"text": text}))
}

// R14
#[test]
fn an_external_programme_has_an_address_and_instructions_and_its_code_is_typed_in() {
    let brand = brand();
    let programme = json!({
        "mode": "external",
        "externalUrl": "https://partners.example/join",
        "instructions": "Join there, and send us the code that you get.",
    });
    let campaign = brand.run_campaign(programme.clone());
    let plan = brand.get(&format!("/plans/{}", campaign.plan)).expect(200).json();
    for (member, value) in programme.as_object().unwrap() {
        assert_eq!(&plan[member], value, "{member}");
    }
    set_code(&brand, &campaign, "PARTNER-ANNA").expect(200);
    campaign.shop.pay(1, with_code("partner-anna"));
    let sale = brand.conversion(&campaign.id);
    assert_eq!((&sale["source"], &sale["creatorId"]), (&json!("code"), &json!(campaign.creator)));
    let page = brand.post(&format!("/creators/{}/page", campaign.creator), json!({})).expect(201).json();
    let secret = page["url"].as_str().unwrap().split_once("/creator/").unwrap().1.to_owned();
    let told =
        Shopper::at(brand.base(), "198.51.100.61").open(&format!("/creator/{secret}")).expect(200).text();
    assert!(
        told.contains("https://partners.example/join") && told.contains("Join there, and send"),
        "{told}"
    );
}

// R7
#[test]
fn a_code_can_be_typed_in_and_the_one_before_still_credits() {
    let brand = brand();
    let campaign = brand.run_campaign(json!({}));
    let set = set_code(&brand, &campaign, " summer-anna ").expect(200).json();
    assert_eq!(set["text"].as_str().or_else(|| set["code"]["text"].as_str()), Some("SUMMER-ANNA"));
    set_code(&brand, &campaign, "WINTER-ANNA").expect(200);
    for (id, code) in [(1, "ANNA10"), (2, "summer-anna"), (3, "WINTER-ANNA")] {
        campaign.shop.pay(id, with_code(code));
    }
    assert_eq!(brand.conversions(&campaign.id).len(), 3);
    assert_eq!(brand.due(&campaign.creator), 3_000);
    let page = brand.get(&format!("/campaigns/{}/enrollments", campaign.id)).expect(200).json();
    assert_eq!(page["data"][0]["code"]["text"], "WINTER-ANNA", "the one of today");
    set_code(&brand, &campaign, "ANNA10").expect(200);
    campaign.shop.pay(4, with_code("winter-anna"));
    assert_eq!(brand.due(&campaign.creator), 4_000, "there and back again");
}

// R7
#[test]
fn a_code_can_be_to_be_decided_until_it_is_known() {
    let brand = brand();
    let campaign = brand.run_campaign(json!({"codePattern": null}));
    let code = &campaign.enrollment["code"];
    assert_eq!((&code["status"], &code["text"]), (&json!("tbd"), &Value::Null));
    set_code(&brand, &campaign, "ANNA-VIP").expect(200);
    campaign.shop.pay(1, with_code("ANNA-VIP"));
    assert_eq!(brand.due(&campaign.creator), 1_000);
    set_code(&brand, &campaign, "TBD").expect(200);
    let page = brand.get(&format!("/campaigns/{}/enrollments", campaign.id)).expect(200).json();
    assert_eq!(page["data"][0]["code"]["status"], "tbd");
    campaign.shop.pay(2, with_code("ANNA-VIP"));
    assert_eq!(brand.due(&campaign.creator), 2_000, "the old one still credits");
    campaign.shop.pay(3, with_code("TBD"));
    assert_eq!(brand.due(&campaign.creator), 2_000, "TBD is no code");
}

// R2, R7
#[test]
fn what_can_be_no_code_is_refused() {
    let brand = brand();
    let campaign = brand.run_campaign(json!({}));
    for text in [
        "",
        "ABC",
        "A CODE",
        "ÄNNA10",
        "ANNA_10",
        "ANNA10!",
        "'; DROP TABLE codes; --",
        "ABCDEFGHIJKLMNOPQRSTU",
    ] {
        set_code(&brand, &campaign, text).wrong_fields(&["text"]);
    }
    let page = brand.get(&format!("/campaigns/{}/enrollments", campaign.id)).expect(200).json();
    assert_eq!(page["data"][0]["code"]["text"], "ANNA10", "nothing has changed");
}

// R8
#[test]
fn two_enrollments_never_share_a_live_code_in_one_store() {
    let brand = brand();
    let anna = brand.run_campaign(json!({}));
    let creator = brand.add_creator("Bela", "Kun");
    let bela = Campaign { enrollment: brand.enroll(&anna.id, &creator), creator, ..anna.clone() };
    let problem = set_code(&brand, &bela, "anna10").refused(409);
    assert!(
        problem.to_string().contains(&anna.enrollment_id()) || problem.to_string().contains("Anna"),
        "names the holder: {problem}"
    );
    set_code(&brand, &anna, "ANNA-NEW").expect(200);
    set_code(&brand, &bela, "ANNA10").refused(409);
    assert_eq!(
        brand.get(&format!("/codes?campaignId={}", anna.id)).expect(200).json()["data"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|code| code["text"] == "BELA10")
            .count(),
        1
    );
    let elsewhere = brand.run_campaign(json!({}));
    assert_eq!(elsewhere.code(), "ANNA10", "the same code in another store is fine");
    elsewhere.shop.pay(1, with_code("ANNA10"));
    anna.shop.pay(1, with_code("ANNA10"));
    assert_eq!((brand.due(&elsewhere.creator), brand.due(&anna.creator)), (1_000, 1_000));
}

// R8
#[test]
fn of_ten_who_want_one_code_at_once_one_gets_it() {
    let brand = brand();
    let campaign = brand.run_campaign(json!({}));
    let enrollments: Vec<Value> =
        (0..10).map(|_| brand.enroll(&campaign.id, &brand.add_creator("Bela", "Kun"))).collect();
    let wishes: Vec<_> = enrollments
        .into_iter()
        .map(|enrollment| {
            let (brand, one) = (brand.clone(), Campaign { enrollment, ..campaign.clone() });
            std::thread::spawn(move || set_code(&brand, &one, "ONE-OF-US").status)
        })
        .collect();
    let mut statuses: Vec<u16> = wishes.into_iter().map(|wish| wish.join().unwrap()).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [vec![200], vec![409; 9]].concat());
}

// R2, R4
#[test]
fn namesakes_enrolled_at_once_get_codes_of_their_own() {
    let brand = brand();
    let plan = brand.add_plan(&brand.connect_shop(), json!({}));
    let campaigns = [brand.add_campaign(&plan), brand.add_campaign(&plan)];
    let enrolling: Vec<_> = (0..16)
        .map(|index| {
            let (brand, campaign) = (brand.clone(), campaigns[index % 2].clone());
            let creator = brand.add_creator("Anna", "Berg");
            std::thread::spawn(move || {
                brand.enroll(&campaign, &creator)["code"]["text"].as_str().unwrap().to_owned()
            })
        })
        .collect();
    let texts: std::collections::BTreeSet<String> =
        enrolling.into_iter().map(|one| one.join().unwrap()).collect();
    assert_eq!(texts.len(), 16, "{texts:?}");
}

// R6, R8
#[test]
fn enrolling_twice_changes_nothing() {
    let brand = brand();
    let campaign = brand.run_campaign(json!({}));
    let again = brand.enroll(&campaign.id, &campaign.creator);
    assert_eq!(
        (&again["id"], &again["code"]["text"]),
        (&campaign.enrollment["id"], &campaign.enrollment["code"]["text"])
    );
    let path = format!("/campaigns/{}/enrollments", campaign.id);
    let unknown =
        brand.post(&path, json!({"creatorIds": [campaign.creator, "crt_00000000000000000000000000"]}));
    assert!(matches!(unknown.status, 404 | 422), "{}", unknown.text());
    brand.post(&path, json!({"creatorIds": []}));
    let page = brand.get(&path).expect(200).json();
    assert_eq!(page["data"].as_array().unwrap().len(), 1);
}

// R7
#[test]
fn a_creator_who_left_a_campaign_keeps_what_is_earned() {
    let brand = brand();
    let campaign = brand.run_campaign(json!({}));
    campaign.shop.pay(1, with_code(&campaign.code()));
    let path = format!("/campaigns/{}/enrollments", campaign.id);
    let gone = brand.delete(&format!("{path}/{}", campaign.enrollment_id()));
    assert!(matches!(gone.status, 200 | 204), "{}", gone.text());
    assert!(brand.get(&path).expect(200).json()["data"].as_array().unwrap().is_empty());
    assert_eq!(brand.due(&campaign.creator), 1_000);
    Shopper::at(brand.base(), "198.51.100.40").click(&campaign.slug());
}

// R3
#[test]
fn a_round_of_the_work_loop_says_what_it_did() {
    let brand = brand();
    let done = brand.post("/codes/run", json!({})).expect(200).json();
    for figure in ["leased", "active", "failed", "waiting"] {
        assert!(done[figure].is_u64(), "{figure}: {done}");
    }
    assert!(done.get("retryAfterSeconds").is_some());
}

/// A campaign whose codes are made in a shop of this machine; `None` where the app is somebody else's, which may not
/// call it.
struct InShop {
    _app: OwnApp,
    brand: Brand,
    shop: Shop,
    plan: String,
    campaign: String,
}

impl InShop {
    fn of(platform: &str, credentials: Value) -> Option<Self> {
        if OwnApp::is_foreign() {
            return None;
        }
        let app = OwnApp::start_with(&["http://127.0.0.1:*"]);
        let brand = app.app.brand();
        let secret = unique("hush-");
        let body = json!({"name": unique("Shop "), "platform": platform, "url": "https://shop.example",
            "currency": "EUR", "webhookSecrets": [secret], "credentials": credentials});
        let store = brand.post("/stores", body).expect(201).json();
        let shop = Shop::new(brand.base(), store["id"].as_str().unwrap(), &secret);
        let plan = brand.add_plan(&shop, json!({"mode": "managed"}));
        let campaign = brand.add_campaign(&plan);
        Some(Self { _app: app, brand, shop, plan, campaign })
    }

    /// Waits until no code waits any more, and gives them all.
    fn settle(&self) -> Vec<Value> {
        eventually("every code is settled", || {
            self.brand.post("/codes/run", json!({})).expect(200);
            let path = format!("/codes?planId={}&limit=100&replaced=true", self.plan);
            let codes = self.brand.get(&path).expect(200).json()["data"].as_array().unwrap().clone();
            codes.iter().all(|code| code["dueAt"].is_null()).then_some(codes)
        })
    }

    /// What differs in the shop.
    fn drift(&self) -> Value {
        self.brand.get(&format!("/stores/{}/drift", self.shop.id)).expect(200).json()["data"].clone()
    }

    fn enroll(&self) -> Value {
        self.brand.enroll(&self.campaign, &self.brand.add_creator("Anna", "Berg"))
    }
}

// R5, R7, R40
#[test]
fn a_code_that_is_somebody_elses_in_the_shop_earns_our_creator_nothing() {
    let shopify = ShopifyShop::start(None);
    shopify.has_already("TAKEN-1", "0.2");
    let Some(scene) = InShop::of("shopify", shopify.credentials()) else { return };
    let enrollment = scene.enroll();
    scene.settle();
    let path = format!("/enrollments/{}/code", enrollment["id"].as_str().unwrap());
    scene.brand.put(&path, json!({"text": "TAKEN-1"})).expect(200);
    let codes = scene.settle();
    let taken = codes.iter().find(|code| code["text"] == "TAKEN-1").unwrap();
    assert_eq!(taken["status"], "failed", "{taken}");
    scene.shop.pay(1, with_code("TAKEN-1"));
    scene.brand.post("/codes/disable", json!({"codeIds": [taken["id"]]})).expect(202);
    scene.shop.pay(2, with_code("TAKEN-1"));
    assert!(scene.brand.conversions(&scene.campaign).is_empty(), "it is not our creator's code");
    scene.shop.pay(3, with_code("ANNA10"));
    assert_eq!(scene.brand.conversions(&scene.campaign).len(), 1, "the one before still credits");
}

// R5, R12
#[test]
fn codes_of_ours_that_newer_ones_took_the_place_of_are_not_foreign() {
    let stripe = stripe_shop();
    let Some(scene) = InShop::of("stripe", stripe.credentials()) else { return };
    scene.enroll();
    scene.settle();
    let path = format!("/plans/{}", scene.plan);
    let mut plan = scene.brand.get(&path).expect(200).json();
    plan["discount"] = json!({"type": "percentage", "value": "10.5"});
    scene.brand.put(&path, plan).expect(200);
    scene.brand.post("/codes/rollout", json!({"planId": scene.plan})).expect(202);
    scene.settle();
    assert!(stripe.texts().len() > stripe.usable().len(), "the one before is off");
    let drift = scene.drift();
    assert!(drift.as_array().unwrap().iter().all(|row| row["kind"] != "foreign"), "{drift}");
}

/// Somebody makes a code again in the shop, under the promotion that ours is under.
fn make_again(shop: &RestShop, text: &str) {
    let staff = Shopper::at(&shop.url, "127.0.0.1").with("x-auth-token", "bc_test");
    let promotions = staff.open("/stores/hash1/v3/promotions").expect(200).json();
    let path = format!("/stores/hash1/v3/promotions/{}/codes", promotions["data"][0]["id"]);
    let code = json!({"code": text, "max_uses": 0, "max_uses_per_customer": 0}).to_string();
    let made = staff.with("content-type", "application/json").send("POST", &path, code.as_bytes());
    assert!(made.status < 300, "{}", made.text());
}

// R5
#[test]
fn a_code_that_is_off_and_was_made_again_in_the_shop_is_told_and_switched_off_by_a_repair() {
    let shop = bigcommerce_shop();
    let Some(scene) = InShop::of("bigcommerce", shop.credentials()) else { return };
    let code = scene.enroll()["code"]["id"].clone();
    scene.settle();
    scene.brand.post("/codes/disable", json!({"codeIds": [code]})).expect(202);
    scene.settle();
    assert!(shop.usable().is_empty());
    make_again(&shop, "ANNA10");
    let drift = scene.drift();
    assert_eq!(drift.as_array().unwrap().len(), 1, "{drift}");
    assert_eq!((&drift[0]["kind"], &drift[0]["codeId"]), (&json!("switched"), &code), "{drift}");
    scene.brand.post("/codes/repair", json!({"codeIds": [code]})).expect(202);
    scene.settle();
    assert!(shop.usable().is_empty(), "it is off again");
    assert_eq!(scene.drift(), json!([]));
}
