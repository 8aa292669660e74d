//! Codes in the shops: made, changed and switched there by the work loop, whatever the shop does meanwhile. The
//! shops are small local servers, which the app of these tests may call.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::string_slice,
    clippy::indexing_slicing,
    clippy::needless_pass_by_value,
    reason = "a test that cannot go on has failed, and writes its values in place"
)]

use std::collections::BTreeSet;
use std::sync::OnceLock;
use std::time::Duration;

use serde_json::{Value, json};
use tributary_tests::local_shop::{
    Bucket, Fault, RestShop, ShopifyShop, adobe_commerce_shop, bigcommerce_shop, bigcommerce_shop_with,
    stripe_shop, woocommerce_shop,
};
use tributary_tests::{Brand, OwnApp, Shop, Shopper, eventually, eventually_within, unique, with_code};

/// The app of these tests, which may call any port of this machine. `None` where the app is somebody else's.
fn brand() -> Option<Brand> {
    static APP: OnceLock<OwnApp> = OnceLock::new();
    if OwnApp::is_foreign() {
        return None;
    }
    Some(APP.get_or_init(|| OwnApp::start_with(&["http://127.0.0.1:*"])).app.brand())
}

macro_rules! brand_or_skip {
    () => {
        match brand() {
            Some(brand) => brand,
            None => return,
        }
    };
}

/// Connects a shop under these credentials.
fn connect(brand: &Brand, platform: &str, credentials: Value) -> Shop {
    let secret = unique("hush-");
    let body = json!({"name": unique("Shop "), "platform": platform, "url": "https://shop.example",
        "currency": "EUR", "webhookSecrets": [secret], "credentials": credentials});
    let store = brand.post("/stores", body).expect(201).json();
    Shop::new(brand.base(), store["id"].as_str().unwrap(), &secret)
}

/// A campaign whose codes we make in a shop.
struct Scene {
    brand: Brand,
    shop: Shop,
    plan: String,
    campaign: String,
}

impl Scene {
    fn of(brand: &Brand, credentials: Value, changes: Value) -> Self {
        Self::on(brand, "shopify", credentials, changes)
    }

    fn on(brand: &Brand, platform: &str, credentials: Value, changes: Value) -> Self {
        let shop = connect(brand, platform, credentials);
        let mut terms = json!({"mode": "managed"});
        terms.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
        let plan = brand.add_plan(&shop, terms);
        let campaign = brand.add_campaign(&plan);
        Self { brand: brand.clone(), shop, plan, campaign }
    }

    /// Enrolls new creators with these first names in one call, and gives the enrollments.
    fn enroll(&self, names: &[&str]) -> Vec<Value> {
        let ids: Vec<String> = names.iter().map(|name| self.brand.add_creator(name, "Berg")).collect();
        let path = format!("/campaigns/{}/enrollments", self.campaign);
        let reply = self.brand.post(&path, json!({"creatorIds": ids})).expect(201);
        reply.json()["data"].as_array().unwrap().clone()
    }

    /// All codes of the plan, whatever their number, the replaced ones too.
    fn codes(&self) -> Vec<Value> {
        let mut codes = Vec::new();
        let mut cursor = String::new();
        loop {
            let path = format!("/codes?planId={}&limit=100&replaced=true{cursor}", self.plan);
            let page = self.brand.get(&path).expect(200).json();
            codes.extend(page["data"].as_array().unwrap().clone());
            match page["nextCursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => return codes,
            }
        }
    }

    fn code(&self, id: &Value) -> Value {
        self.codes().into_iter().find(|code| code["id"] == *id).unwrap()
    }

    /// Waits until no code of the plan waits any more. The loop that began after the call's answer does the work,
    /// and rounds that are asked for help it on.
    fn settle(&self) -> Vec<Value> {
        eventually("every code is settled", || {
            self.brand.post("/codes/run", json!({})).expect(200);
            let codes = self.codes();
            codes.iter().all(|code| code["dueAt"].is_null()).then_some(codes)
        })
    }

    /// The texts of the plan's codes that can be used.
    fn active(&self) -> Vec<String> {
        let codes = self.codes();
        let active = codes.iter().filter(|code| code["status"] == "active");
        let mut texts: Vec<String> = active.map(|code| code["text"].as_str().unwrap().to_owned()).collect();
        texts.sort();
        texts
    }
}

fn names(count: usize) -> Vec<String> {
    (0..count).map(|number| format!("Name{number:04}")).collect()
}

fn as_texts(names: &[String]) -> Vec<&str> {
    names.iter().map(String::as_str).collect()
}

// R1, R5, R10
#[test]
fn enrolling_makes_the_code_in_the_shop_with_every_term_of_the_plan() {
    let brand = brand_or_skip!();
    let shopify = ShopifyShop::start(None);
    let limits = json!({"usageLimit": 500, "oncePerCustomer": true,
        "minimumAmount": {"amount": 3000, "currency": "EUR"}, "endsAt": "2030-01-01T00:00:00Z"});
    let scene = Scene::of(&brand, shopify.credentials(), json!({"limits": limits}));
    let enrollment = scene.enroll(&["Anna"]).remove(0);
    assert!(matches!(enrollment["code"]["status"].as_str(), Some("pending")), "{enrollment}");
    // Nobody asks for a round here: the loop goes on after the answer.
    let code = eventually("the code is active", || {
        let code = scene.code(&enrollment["code"]["id"]);
        (code["status"] == "active").then_some(code)
    });
    assert_eq!((&code["text"], &code["inShop"]["text"]), (&json!("ANNA10"), &json!("ANNA10")));
    assert_eq!((&code["reason"], &code["inShop"]["enabled"]), (&Value::Null, &json!(true)));
    let made = shopify.code("ANNA10").unwrap();
    assert_eq!(made["customerGets"]["value"]["percentage"], json!(0.1));
    assert_eq!((&made["usageLimit"], &made["appliesOncePerCustomer"]), (&json!(500), &json!(true)));
    assert_eq!(made["minimumRequirement"]["subtotal"]["greaterThanOrEqualToSubtotal"], "30.00");
    assert!(made["endsAt"].as_str().unwrap().starts_with("2030-01-01T00:00:00"));
    let slug = enrollment["links"][0]["slug"].as_str().unwrap().to_owned();
    let visitor = Shopper::at(brand.base(), "198.51.100.90");
    eventually("the link applies the code", || {
        visitor.click(&slug).path().starts_with("/discount/ANNA10").then_some(())
    });
}

// R4
#[test]
fn a_code_that_the_shop_has_already_gets_the_next_number_and_says_what_it_collided_with() {
    let brand = brand_or_skip!();
    let shopify = ShopifyShop::start(None);
    shopify.has_already("ANNA10", "0.5");
    shopify.has_already("anna10-2", "0.5");
    let scene = Scene::of(&brand, shopify.credentials(), json!({}));
    scene.enroll(&["Anna", "Anna", "Bela"]);
    scene.settle();
    assert_eq!(scene.active(), ["ANNA10-3", "ANNA10-4", "BELA10"]);
    assert_eq!(shopify.texts(), ["ANNA10", "ANNA10-2", "ANNA10-3", "ANNA10-4", "BELA10"]);
    for code in scene.codes().iter().filter(|code| code["text"] != "BELA10") {
        assert_eq!(code["collidedWith"], "ANNA10", "{code}");
    }
    assert_eq!(shopify.code("ANNA10").unwrap()["title"], "the brand's own", "what was there is left alone");
}

// R5
#[test]
fn a_bucket_of_points_slows_the_work_down_and_fails_nothing() {
    let brand = brand_or_skip!();
    let shopify = ShopifyShop::start(Some(Bucket { maximum: 200, per_second: 400 }));
    let scene = Scene::of(&brand, shopify.credentials(), json!({}));
    let names = names(60);
    scene.enroll(&as_texts(&names));
    let codes = scene.settle();
    assert!(codes.iter().all(|code| code["status"] == "active"), "{codes:?}");
    assert_eq!(shopify.made().len(), 60);
}

// R5
#[test]
fn what_goes_wrong_in_the_shop_is_tried_again_until_each_code_is_there_once() {
    let brand = brand_or_skip!();
    let shopify = ShopifyShop::start(None);
    for (create, fault) in [
        (1, Fault::Answers(500)),
        (2, Fault::LosesTheAnswer),
        (3, Fault::Throttles(1)),
        (5, Fault::LosesTheAnswer),
        (8, Fault::Answers(502)),
        (13, Fault::Answers(429)),
        (17, Fault::LosesTheAnswer),
    ] {
        shopify.plan(create, fault);
    }
    let scene = Scene::of(&brand, shopify.credentials(), json!({}));
    let names = names(30);
    scene.enroll(&as_texts(&names));
    let codes = scene.settle();
    assert!(codes.iter().all(|code| code["status"] == "active"), "{codes:?}");
    let expected: BTreeSet<String> = names.iter().map(|name| format!("{}10", name.to_uppercase())).collect();
    assert_eq!(shopify.texts(), expected.iter().cloned().collect::<Vec<_>>());
    assert_eq!(shopify.made().len(), 30, "none was made twice");
    assert!(codes.iter().all(|code| code["collidedWith"].is_null()), "ours are no collisions");
}

// R5
#[test]
fn a_create_that_the_shop_finishes_after_it_was_asked_again_is_no_collision() {
    let brand = brand_or_skip!();
    let shopify = ShopifyShop::start(None);
    shopify.plan(1, Fault::IsSlow);
    shopify.plan(2, Fault::Throttles(1));
    let scene = Scene::of(&brand, shopify.credentials(), json!({}));
    scene.enroll(&["Anna"]);
    let codes = scene.settle();
    assert_eq!((&codes[0]["text"], &codes[0]["collidedWith"]), (&json!("ANNA10"), &Value::Null), "{codes:?}");
    assert_eq!((shopify.texts(), shopify.creates()), (vec!["ANNA10".to_owned()], 2), "it is found");
}

// R5
#[test]
fn a_shop_that_does_not_answer_is_asked_again_and_the_code_is_there_once() {
    if OwnApp::is_foreign() {
        return;
    }
    // A round that another test asks for would wait for this shop too.
    let app = OwnApp::start_with(&["http://127.0.0.1:*"]);
    let shopify = ShopifyShop::start(None);
    shopify.plan(1, Fault::Hangs);
    let scene = Scene::of(&app.app.brand(), shopify.credentials(), json!({}));
    let enrollment = scene.enroll(&["Anna"]).remove(0);
    let code = eventually_within(Duration::from_mins(1), "the code is active", || {
        let code = scene.code(&enrollment["code"]["id"]);
        (code["status"] == "active").then_some(code)
    });
    assert_eq!((&code["text"], &code["collidedWith"]), (&json!("ANNA10"), &Value::Null));
    assert_eq!((shopify.made(), shopify.creates()), (vec!["ANNA10".to_owned()], 1));
}

// R5, R73
#[test]
fn a_401_stops_the_stores_work_until_the_credentials_are_right_again() {
    let brand = brand_or_skip!();
    let shopify = ShopifyShop::start(None);
    shopify.take_only("shpat_new");
    let scene = Scene::of(&brand, shopify.credentials(), json!({}));
    let names = names(20);
    scene.enroll(&as_texts(&names));
    eventually("the codes say why they wait", || {
        let codes = scene.codes();
        let says = |code: &Value| {
            code["status"] == "pending"
                && code["reason"].as_str().unwrap_or_default().contains("Invalid API key")
        };
        codes.iter().all(says).then_some(())
    });
    let round = brand.post("/codes/run", json!({})).expect(200).json();
    let waits = round["stores"]
        .as_array()
        .unwrap()
        .iter()
        .find(|store| store["storeId"] == scene.shop.id)
        .unwrap()
        .clone();
    assert!(waits["reason"].as_str().unwrap().contains("Invalid API key"), "{round}");
    assert!(round["retryAfterSeconds"].as_u64().unwrap() >= 1);
    let renewed = json!({"accessToken": "shpat_new", "apiUrl": shopify.url});
    brand.patch(&format!("/stores/{}", scene.shop.id), json!({"credentials": renewed})).expect(200);
    let codes = scene.settle();
    assert!(codes.iter().all(|code| code["status"] == "active"), "{codes:?}");
    assert_eq!(shopify.made().len(), 20);
}

// R5, R73
#[test]
fn a_401_in_the_middle_of_many_codes_fails_none_and_new_credentials_finish_the_rest() {
    let brand = brand_or_skip!();
    let shopify = ShopifyShop::start(None);
    shopify.take_only_after(60, "shpat_new");
    let scene = Scene::of(&brand, shopify.credentials(), json!({}));
    let names = names(200);
    scene.enroll(&as_texts(&names));
    let says_why = |code: &Value| {
        code["status"] == "pending" && code["reason"].as_str().unwrap_or_default().contains("Invalid API key")
    };
    let made_before = eventually("what is not made says why", || {
        let codes = scene.codes();
        let (made, rest): (Vec<&Value>, Vec<&Value>) =
            codes.iter().partition(|code| code["status"] == "active");
        // What was under way when the keys ended may have been let in.
        let is_stopped = made.len() >= 60 && made.len() == shopify.made().len();
        (is_stopped && rest.into_iter().all(says_why)).then_some(made.len())
    });
    // Rounds that are asked for meanwhile change nothing.
    for _ in 0..3 {
        brand.post("/codes/run", json!({})).expect(200);
    }
    let codes = scene.codes();
    assert!(codes.iter().all(|code| code["status"] == "active" || says_why(code)), "{codes:?}");
    assert_eq!(shopify.made().len(), made_before);
    assert!(made_before < 200, "it was in the middle");
    let renewed = json!({"accessToken": "shpat_new", "apiUrl": shopify.url});
    brand.patch(&format!("/stores/{}", scene.shop.id), json!({"credentials": renewed})).expect(200);
    let codes = scene.settle();
    assert!(codes.iter().all(|code| code["status"] == "active" && code["reason"].is_null()), "{codes:?}");
    let expected: Vec<String> = names.iter().map(|name| format!("{}10", name.to_uppercase())).collect();
    assert_eq!((scene.active(), shopify.texts()), (expected.clone(), expected));
    assert_eq!(shopify.made().len(), 200, "each was made once");
}

// R5
#[test]
fn two_loops_at_once_make_each_code_once() {
    let brand = brand_or_skip!();
    let shopify = ShopifyShop::start(None);
    let scene = Scene::of(&brand, shopify.credentials(), json!({}));
    let names = names(200);
    scene.enroll(&as_texts(&names));
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| brand.post("/codes/run", json!({})).expect(200));
        }
    });
    scene.settle();
    assert_eq!(scene.active().len(), 200);
    let made = shopify.made();
    assert_eq!((made.len(), made.iter().collect::<BTreeSet<_>>().len()), (200, 200));
}

// R5, R72
#[test]
fn a_crash_in_the_middle_of_500_codes_loses_none_and_doubles_none() {
    if OwnApp::is_foreign() {
        return;
    }
    let mut app = OwnApp::start_with(&["http://127.0.0.1:*"]);
    let shopify = ShopifyShop::start(Some(Bucket { maximum: 2_000, per_second: 3_000 }));
    let scene = Scene::of(&app.app.brand(), shopify.credentials(), json!({}));
    let names = names(500);
    scene.enroll(&as_texts(&names));
    eventually("the work is half done", || (shopify.made().len() > 200).then_some(()));
    app.kill();
    let before = shopify.made().len();
    assert!(before < 500, "it was killed in the middle");
    app.restart();
    let brand = app.app.brand();
    let scene = Scene { brand: brand.clone(), ..scene };
    for _ in 0..3 {
        // Leases of the dead loop run out; whoever asks is told when it is worth coming back.
        let round = brand.post("/codes/run", json!({})).expect(200).json();
        let Some(seconds) = round["retryAfterSeconds"].as_u64() else { break };
        std::thread::sleep(Duration::from_secs(seconds));
    }
    scene.settle();
    let expected: Vec<String> = names.iter().map(|name| format!("{}10", name.to_uppercase())).collect();
    assert_eq!(scene.active(), expected);
    assert_eq!(shopify.texts(), expected);
    assert_eq!(shopify.made().len(), 500);
}

// R7
#[test]
fn a_typed_code_that_the_shop_has_already_is_not_changed_silently() {
    let brand = brand_or_skip!();
    let shopify = ShopifyShop::start(None);
    shopify.has_already("SUMMER", "0.5");
    let scene = Scene::of(&brand, shopify.credentials(), json!({}));
    let enrollment = scene.enroll(&["Anna"]).remove(0);
    scene.settle();
    let path = format!("/enrollments/{}/code", enrollment["id"].as_str().unwrap());
    let set = brand.put(&path, json!({"text": "SUMMER"})).expect(200).json();
    scene.settle();
    let code = scene.code(&set["code"]["id"]);
    assert_eq!((&code["status"], &code["text"]), (&json!("failed"), &json!("SUMMER")));
    assert!(code["reason"].as_str().unwrap().contains("must be unique"), "the shop's own words: {code}");
    let set = brand.put(&path, json!({"text": "SUMMER-ANNA"})).expect(200).json();
    scene.settle();
    assert_eq!(scene.code(&set["code"]["id"])["status"], "active");
    assert!(shopify.is_on("ANNA10") && shopify.is_on("SUMMER-ANNA"), "the replaced one goes on");
    scene.shop.pay(1, with_code("ANNA10"));
    scene.shop.pay(2, with_code("SUMMER-ANNA"));
    assert_eq!(brand.conversions(&scene.campaign).len(), 2);
}

// R5
#[test]
fn codes_are_switched_off_and_on_again_in_the_shop() {
    let brand = brand_or_skip!();
    let shopify = ShopifyShop::start(None);
    let scene = Scene::of(&brand, shopify.credentials(), json!({}));
    let ids: Vec<Value> =
        scene.enroll(&["Anna", "Bela"]).iter().map(|each| each["code"]["id"].clone()).collect();
    scene.settle();
    let off = brand.post("/codes/disable", json!({"codeIds": [ids[0]]})).expect(202).json();
    assert_eq!(off["data"][0]["status"], "disabled");
    scene.settle();
    assert_eq!((shopify.is_on("ANNA10"), shopify.is_on("BELA10")), (false, true));
    scene.shop.pay(1, with_code("ANNA10"));
    assert_eq!(brand.conversions(&scene.campaign).len(), 1, "what is ordered with it is credited");
    let on = brand.post("/codes/enable", json!({"codeIds": ids})).expect(202).json();
    let anna = on["data"].as_array().unwrap().iter().find(|code| code["id"] == ids[0]).unwrap();
    assert_eq!(anna["status"], "pending", "until the shop says so");
    scene.settle();
    assert!(shopify.is_on("ANNA10"));
    assert_eq!(scene.active(), ["ANNA10", "BELA10"]);
    brand.post("/codes/disable", json!({"codeIds": ["cod_x"]})).wrong_fields(&["codeIds[0]"]);
}

// R5, R9
#[test]
fn a_code_that_is_switched_on_again_before_its_day_still_waits_for_it() {
    let brand = brand_or_skip!();
    let shopify = ShopifyShop::start(None);
    let limits = json!({"limits": {"startsAt": "2030-01-01T00:00:00Z"}});
    let scene = Scene::of(&brand, shopify.credentials(), limits);
    let anna = json!({"codeIds": [scene.enroll(&["Anna"])[0]["code"]["id"]]});
    scene.settle();
    for way in ["disable", "enable"] {
        brand.post(&format!("/codes/{way}"), anna.clone()).expect(202);
        scene.settle();
    }
    let start = shopify.code("ANNA10").unwrap()["startsAt"].clone();
    assert!(start.as_str().unwrap().starts_with("2030-01-01T00:00:00"), "{start}");
}

// R5, R62
#[test]
fn a_removed_creators_code_goes_on_until_the_brand_says_otherwise() {
    let brand = brand_or_skip!();
    let shopify = ShopifyShop::start(None);
    let scene = Scene::of(&brand, shopify.credentials(), json!({}));
    let enrollments = scene.enroll(&["Anna", "Bela"]);
    scene.settle();
    let path = |number: usize| {
        format!("/campaigns/{}/enrollments/{}", scene.campaign, enrollments[number]["id"].as_str().unwrap())
    };
    brand.delete(&path(0)).expect(204);
    brand.delete(&format!("{}?disableCode=true", path(1))).expect(204);
    scene.settle();
    assert_eq!((shopify.is_on("ANNA10"), shopify.is_on("BELA10")), (true, false));
}

// R7
#[test]
fn a_renamed_code_has_its_new_text_in_the_shop_and_credits_under_both() {
    let brand = brand_or_skip!();
    let shopify = ShopifyShop::start(None);
    let scene = Scene::of(&brand, shopify.credentials(), json!({}));
    let enrollment = scene.enroll(&["Anna"]).remove(0);
    scene.settle();
    let path = format!("/codes/{}/rename", enrollment["code"]["id"].as_str().unwrap());
    let renamed = brand.post(&path, json!({"text": "ANNA-VIP"})).expect(202).json();
    scene.settle();
    assert_eq!(shopify.texts(), ["ANNA-VIP"]);
    assert_eq!(scene.code(&renamed["id"])["status"], "active");
    scene.shop.pay(1, with_code("ANNA10"));
    scene.shop.pay(2, with_code("ANNA-VIP"));
    assert_eq!(brand.conversions(&scene.campaign).len(), 2);
    brand.post(&path, json!({"text": "ANNA-X"})).problem(409, "code_replaced");
    brand.post(&path, json!({"text": "A B"})).wrong_fields(&["text"]);
}

// R4, R7
#[test]
fn a_code_that_the_shop_does_not_rename_goes_on_as_it_was_and_says_why() {
    let brand = brand_or_skip!();
    let shopify = ShopifyShop::start(None);
    shopify.has_already("SUMMER", "0.5");
    let scene = Scene::of(&brand, shopify.credentials(), json!({}));
    let enrollment = scene.enroll(&["Anna"]).remove(0);
    scene.settle();
    let (id, slug) =
        (enrollment["code"]["id"].as_str().unwrap(), enrollment["links"][0]["slug"].as_str().unwrap());
    let renamed = brand.post(&format!("/codes/{id}/rename"), json!({"text": "SUMMER"})).expect(202).json();
    scene.settle();
    let code = scene.code(&enrollment["code"]["id"]);
    assert_eq!(
        (&code["text"], &code["status"], &code["current"]),
        (&json!("ANNA10"), &json!("active"), &json!(true))
    );
    assert!(code["reason"].as_str().unwrap().contains("could not be renamed to SUMMER"), "{code}");
    let refused = scene.code(&renamed["id"]);
    assert_eq!((&refused["status"], &refused["current"]), (&json!("failed"), &json!(false)), "{refused}");
    assert!(shopify.is_on("ANNA10"));
    let to = Shopper::at(brand.base(), "198.51.100.91").click(slug);
    assert_eq!(to.path(), "/discount/ANNA10");
    scene.shop.pay(1, with_code("ANNA10"));
    scene.shop.pay(2, with_code("SUMMER"));
    let credited = brand.conversions(&scene.campaign);
    assert_eq!(credited.len(), 1, "the shop's own code earns nobody anything: {credited:?}");
    brand.post(&format!("/codes/{id}/rename"), json!({"text": "ANNA-VIP"})).expect(202);
    scene.settle();
    assert_eq!(shopify.texts(), ["ANNA-VIP", "SUMMER"]);
}

// R12
#[test]
fn a_new_version_leaves_codes_alone_until_it_is_rolled_out() {
    let brand = brand_or_skip!();
    let shopify = ShopifyShop::start(None);
    let scene = Scene::of(&brand, shopify.credentials(), json!({}));
    scene.enroll(&["Anna", "Bela"]);
    scene.settle();
    let mut plan = brand.get(&format!("/plans/{}", scene.plan)).expect(200).json();
    for name in ["id", "version", "status", "createdAt", "updatedAt"] {
        plan.as_object_mut().unwrap().remove(name);
    }
    plan["discount"] = json!({"type": "percentage", "value": "15"});
    brand.put(&format!("/plans/{}", scene.plan), plan).expect(200);
    scene.enroll(&["Cora"]);
    scene.settle();
    let percentage = |text: &str| shopify.code(text).unwrap()["customerGets"]["value"]["percentage"].clone();
    assert_eq!((percentage("ANNA10"), percentage("CORA15")), (json!(0.1), json!(0.15)));
    let rolled = brand.post("/codes/rollout", json!({"planId": scene.plan})).expect(202).json();
    assert_eq!(rolled["data"].as_array().unwrap().len(), 2);
    let codes = scene.settle();
    assert_eq!((percentage("ANNA10"), percentage("BELA10")), (json!(0.15), json!(0.15)));
    for code in &codes {
        assert_eq!(
            (&code["status"], &code["inShop"]["planVersion"]),
            (&json!("active"), &json!(2)),
            "{code}"
        );
    }
    let again = brand.post("/codes/rollout", json!({"planId": scene.plan})).expect(202).json();
    assert_eq!(again["data"], json!([]));
}

// R5
#[test]
fn drift_is_reported_without_a_change_and_repaired_by_a_second_call() {
    let brand = brand_or_skip!();
    let shopify = ShopifyShop::start(None);
    let scene = Scene::of(&brand, shopify.credentials(), json!({"limits": {"usageLimit": 10}}));
    scene.enroll(&["Anna", "Bela", "Cora", "Dora"]);
    let codes = scene.settle();
    let path = format!("/stores/{}/drift", scene.shop.id);
    let clean = brand.get(&path).expect(200).json();
    assert_eq!((&clean["data"], &clean["checked"]), (&json!([]), &json!(4)), "{clean}");
    shopify.rename("ANNA10", "ANNA-GONE");
    shopify.delete("BELA10");
    shopify.change("CORA10", "usageLimit", json!(99));
    shopify.has_already("SPRING", "0.2");
    let report = brand.get(&path).expect(200).json();
    let mut kinds: Vec<(&str, &str)> = report["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| {
            let text = row["wanted"]["text"].as_str().or(row["found"]["text"].as_str()).unwrap();
            (text, row["kind"].as_str().unwrap())
        })
        .collect();
    kinds.sort_unstable();
    assert_eq!(
        kinds,
        [("ANNA10", "renamed"), ("BELA10", "deleted"), ("CORA10", "changed"), ("SPRING", "foreign")],
        "{report}"
    );
    let changed = report["data"].as_array().unwrap().iter().find(|row| row["kind"] == "changed").unwrap();
    assert_eq!(changed["terms"], json!([{"path": "limits.usageLimit", "wanted": "10", "found": "99"}]));
    assert_eq!(brand.get(&path).expect(200).json(), report, "nothing was changed by looking");
    let ids: Vec<&Value> = codes.iter().map(|code| &code["id"]).collect();
    let repaired = brand.audited("code.repair", "codes");
    brand.post("/codes/repair", json!({"codeIds": ids})).expect(202);
    assert!(brand.audited("code.repair", "codes") > repaired, "the log says so");
    scene.settle();
    let after = brand.get(&path).expect(200).json();
    let left: Vec<&str> =
        after["data"].as_array().unwrap().iter().map(|row| row["kind"].as_str().unwrap()).collect();
    assert_eq!(left, ["foreign"], "{after}");
    assert_eq!(shopify.texts(), ["ANNA10", "BELA10", "CORA10", "DORA10", "SPRING"]);
}

// R5, R7
#[test]
fn codes_that_a_shop_has_already_are_imported() {
    let brand = brand_or_skip!();
    let shopify = ShopifyShop::start(None);
    shopify.has_already("LOVE-ANNA", "0.5");
    let scene = Scene::of(&brand, shopify.credentials(), json!({}));
    let (anna, bela) = (brand.add_creator("Anna", "Berg"), brand.add_creator("Bela", "Kun"));
    let path = format!("/codes/import?campaignId={}", scene.campaign);
    let import = |text: &str| brand.send("POST", &path, &[("content-type", "text/csv")], text.as_bytes());
    import("creatorId,code\ncrt_x,LOVE\n").wrong_fields(&["rows[0].creatorId"]);
    import(&format!("creatorId,code\n{anna},A B\n")).wrong_fields(&["rows[0].code"]);
    import(&format!("creatorId,code\n{anna},LOVE-ANNA\n{anna},LOVE-ANNA\n"))
        .wrong_fields(&["rows[1].creatorId", "rows[1].code"]);
    import("creatorId\n").wrong_fields(&["code"]);
    assert!(scene.codes().is_empty(), "nothing is half done");
    let made = import(&format!("creatorId,code\n{anna},love-anna\n{bela},LOVE-BELA\n")).expect(202).json();
    assert_eq!(made["data"].as_array().unwrap().len(), 2);
    let codes = scene.settle();
    let of = |text: &str| codes.iter().find(|code| code["text"] == text).unwrap();
    assert_eq!(
        (&of("LOVE-ANNA")["status"], &of("LOVE-ANNA")["origin"]),
        (&json!("active"), &json!("imported"))
    );
    assert_eq!(of("LOVE-BELA")["status"], "failed");
    assert!(of("LOVE-BELA")["reason"].as_str().unwrap().contains("no such code"));
    assert_eq!(shopify.creates(), 0, "what is imported is not made");
    scene.shop.pay(1, with_code("love-anna"));
    assert_eq!(brand.due(&anna), 1_000);
}

// R73
#[test]
fn a_stores_credentials_are_tried_and_what_they_lack_is_said() {
    let brand = brand_or_skip!();
    let shopify = ShopifyShop::start(None);
    let shop = connect(&brand, "shopify", shopify.credentials());
    let check = |shop: &Shop| brand.post(&format!("/stores/{}/check", shop.id), json!({})).expect(200).json();
    assert_eq!(check(&shop)["ok"], true);
    assert_eq!(brand.audited("store.check", &shop.id), 1);
    shopify.grant(&["read_orders"]);
    let lacking = check(&shop);
    assert_eq!((&lacking["ok"], &lacking["missing"]), (&json!(false), &json!(["write_discounts"])));
    shopify.take_only("another");
    let refused = check(&shop);
    assert_eq!(refused["ok"], false);
    assert!(refused["reason"].as_str().unwrap().contains("Invalid API key"), "the shop's words: {refused}");
    let elsewhere =
        connect(&brand, "shopify", json!({"accessToken": "shpat_test", "apiUrl": "http://127.0.0.2:9"}));
    let not_allowed = check(&elsewhere)["reason"].as_str().unwrap().to_owned();
    assert!(
        not_allowed.contains("store_host_1") && not_allowed.contains("http://127.0.0.2:9"),
        "{not_allowed}"
    );
    let without = brand.connect_shop();
    brand.post(&format!("/stores/{}/check", without.id), json!({})).problem(409, "no_credentials");
    brand.post("/stores/str_00000000000000000000000000/check", json!({})).problem(404, "not_found");
    for answer in [refused, lacking, brand.get(&format!("/stores/{}", shop.id)).expect(200).json()] {
        assert!(!answer.to_string().contains("shpat_test"), "secrets never come out: {answer}");
    }
}

// R5, R73
#[test]
fn credentials_whose_key_was_taken_away_are_a_clear_error_and_their_codes_wait() {
    if OwnApp::is_foreign() {
        return;
    }
    let mut app = OwnApp::start_with(&["http://127.0.0.1:*"]);
    let shopify = ShopifyShop::start(None);
    let scene = Scene::of(&app.app.brand(), shopify.credentials(), json!({}));
    let check = format!("/stores/{}/check", scene.shop.id);
    app.stop();
    app.restart_with("SECRET_KEYS", "2:another secret of the black-box tests");
    let scene = Scene { brand: app.app.brand(), ..scene };
    scene.brand.post(&check, json!({})).problem(409, "credentials_unreadable");
    scene.enroll(&["Anna"]);
    eventually("the code says what to do", || {
        scene.codes()[0]["reason"].as_str().is_some_and(|why| why.contains("secret_keys")).then_some(())
    });
    assert_eq!(shopify.creates(), 0);
    app.stop();
    let both = "2:another secret of the black-box tests,1:the first secret of the black-box tests";
    app.restart_with("SECRET_KEYS", both);
    let scene = Scene { brand: app.app.brand(), ..scene };
    assert_eq!(scene.brand.post(&check, json!({})).expect(200).json()["ok"], true);
    scene.settle();
    assert_eq!(scene.active(), ["ANNA10"]);
}

// R5, R73
#[test]
fn an_apps_token_is_kept_and_renewed_when_the_shop_ends_it() {
    let brand = brand_or_skip!();
    let shopify = ShopifyShop::start(None);
    let credentials =
        json!({"clientId": "the-app", "clientSecret": "the-apps-secret", "apiUrl": shopify.url});
    let scene = Scene::of(&brand, credentials, json!({}));
    let names = names(20);
    scene.enroll(&as_texts(&names));
    scene.settle();
    // Loops that begin in the same moment may each have fetched one.
    let fetched = shopify.tokens();
    assert!((1..5).contains(&fetched), "{fetched} tokens for 20 codes");
    scene.enroll(&["Anna"]);
    scene.settle();
    assert_eq!((shopify.made().len(), shopify.tokens()), (21, fetched), "it was kept");
    shopify.end_tokens();
    scene.enroll(&["Bela"]);
    scene.settle();
    assert_eq!(shopify.made().len(), 22);
    assert!(shopify.tokens() > fetched);
    let wrong = json!({"clientId": "the-app", "clientSecret": "wrong", "apiUrl": shopify.url});
    let shop = connect(&brand, "shopify", wrong);
    let check = brand.post(&format!("/stores/{}/check", shop.id), json!({})).expect(200).json();
    assert!(check["reason"].as_str().unwrap().contains("client secret is wrong"), "{check}");
}

/// What each platform must do with codes, faults included.
fn keeps_its_codes(shop: &RestShop) {
    let Some(brand) = brand() else { return };
    let platform = shop.platform();
    shop.has_already("ANNA10");
    for (create, fault) in [
        (2, Fault::LosesTheAnswer),
        (3, Fault::Answers(500)),
        (5, Fault::Throttles(1)),
        (7, Fault::LosesTheAnswer),
    ] {
        shop.plan(create, fault);
    }
    let scene = Scene::on(&brand, platform, shop.credentials(), json!({}));
    let enrollments = scene.enroll(&["Anna", "Bela", "Cora", "Dora", "Eva", "Fia"]);
    let codes = scene.settle();
    let ours = ["ANNA10-2", "BELA10", "CORA10", "DORA10", "EVA10", "FIA10"];
    assert_eq!(scene.active(), ours, "{platform}: {codes:?}");
    let all = [&["ANNA10"], &ours[..]].concat();
    assert_eq!(shop.usable(), all, "{platform}");
    assert_eq!(shop.made().len(), ours.len(), "{platform}: none was made twice");
    assert!(shop.rules() <= 1, "{platform}: all codes of a version share one rule");
    let bela = json!({"codeIds": [enrollments[1]["code"]["id"]]});
    brand.post("/codes/disable", bela.clone()).expect(202);
    scene.settle();
    assert!(!shop.usable().contains(&"BELA10".to_owned()), "{platform}");
    brand.post("/codes/enable", bela).expect(202);
    scene.settle();
    assert_eq!(shop.usable(), all, "{platform}");
    assert_eq!(scene.active(), ours, "{platform}");
    let drift = brand.get(&format!("/stores/{}/drift", scene.shop.id)).expect(200).json();
    let unexpected: Vec<&Value> =
        drift["data"].as_array().unwrap().iter().filter(|row| row["kind"] != "foreign").collect();
    assert!(unexpected.is_empty(), "{platform}: {drift}");
    let check = brand.post(&format!("/stores/{}/check", scene.shop.id), json!({})).expect(200).json();
    assert_eq!(check["ok"], true, "{platform}: {check}");
}

// R5, R6
#[test]
fn woocommerce_keeps_its_codes() {
    keeps_its_codes(&woocommerce_shop());
}

// R5, R6
#[test]
fn bigcommerce_keeps_its_codes() {
    keeps_its_codes(&bigcommerce_shop());
}

// R5
#[test]
fn a_window_of_requests_slows_the_work_down_and_fails_nothing() {
    let brand = brand_or_skip!();
    let shop = bigcommerce_shop_with(25, Duration::from_secs(1));
    // Somebody else uses the window up too.
    shop.plan(30, Fault::Answers(429));
    let scene = Scene::on(&brand, "bigcommerce", shop.credentials(), json!({}));
    let names = names(60);
    scene.enroll(&as_texts(&names));
    let codes = scene.settle();
    assert!(codes.iter().all(|code| code["status"] == "active"), "{codes:?}");
    assert_eq!((shop.usable(), shop.made().len()), (scene.active(), 60));
}

// R5, R6
#[test]
fn adobe_commerce_keeps_its_codes() {
    keeps_its_codes(&adobe_commerce_shop());
}

// R5, R6
#[test]
fn stripe_keeps_its_codes() {
    keeps_its_codes(&stripe_shop());
}

/// A shop where two codes share a rule that somebody has changed: with the path of its drift, and the codes' ids.
fn with_a_changed_rule(shop: &RestShop, pointer: &str, value: Value) -> Option<(Scene, String, Vec<Value>)> {
    let scene = Scene::on(&brand()?, shop.platform(), shop.credentials(), json!({}));
    let enrollments = scene.enroll(&["Anna", "Bela"]);
    scene.settle();
    shop.change_rules(pointer, value);
    let ids = enrollments.iter().map(|each| each["code"]["id"].clone()).collect();
    let path = format!("/stores/{}/drift", scene.shop.id);
    Some((scene, path, ids))
}

/// Each row of a drift report as `[kind, terms]`.
fn drift(scene: &Scene, path: &str) -> Vec<Value> {
    let report = scene.brand.get(path).expect(200).json();
    report["data"].as_array().unwrap().iter().map(|row| json!([row["kind"], row["terms"]])).collect()
}

fn half_instead_of_ten_percent() -> Value {
    json!(["changed", [{"path": "discount", "wanted": "10%", "found": "50%"}]])
}

// R5, R6
#[test]
fn a_rule_that_was_changed_in_the_shop_gets_its_terms_back_by_a_repair() {
    for (shop, pointer, value) in [
        (adobe_commerce_shop(), "/discount_amount", json!(50)),
        (bigcommerce_shop(), "/rules/0/action/cart_value/discount/percentage_amount", json!("50")),
    ] {
        let Some((scene, path, ids)) = with_a_changed_rule(&shop, pointer, value.clone()) else { return };
        let changed = half_instead_of_ten_percent();
        assert_eq!(drift(&scene, &path), [changed.clone(), changed.clone()], "{}", shop.platform());
        let repair = json!({"codeIds": ids});
        // A second time too, while the loop that made the first repair may still be there.
        for _ in 0..2 {
            scene.brand.post("/codes/repair", repair.clone()).expect(202);
            let codes = scene.settle();
            let is_well = |code: &Value| code["status"] == "active" && code["reason"].is_null();
            assert!(codes.iter().all(is_well), "{}: {codes:?}", shop.platform());
            assert!(drift(&scene, &path).is_empty(), "{}", shop.platform());
            shop.change_rules(pointer, value.clone());
            assert_eq!(drift(&scene, &path), [changed.clone(), changed.clone()], "{}", shop.platform());
        }
        assert_eq!((shop.rules(), shop.usable()), (1, scene.active()), "{}", shop.platform());
    }
}

// R5, R6
#[test]
fn a_rule_that_was_deleted_in_the_shop_is_made_anew_with_its_codes_by_a_repair() {
    let brand = brand_or_skip!();
    for shop in [adobe_commerce_shop(), bigcommerce_shop()] {
        let scene = Scene::on(&brand, shop.platform(), shop.credentials(), json!({}));
        let enrollments = scene.enroll(&["Anna", "Bela"]);
        scene.settle();
        let path = format!("/stores/{}/drift", scene.shop.id);
        shop.delete_rules();
        let gone = json!(["deleted", []]);
        assert_eq!(drift(&scene, &path), [gone.clone(), gone], "{}", shop.platform());
        let ids: Vec<&Value> = enrollments.iter().map(|each| &each["code"]["id"]).collect();
        scene.brand.post("/codes/repair", json!({"codeIds": ids})).expect(202);
        let codes = scene.settle();
        assert_eq!(scene.active(), ["ANNA10", "BELA10"], "{}: {codes:?}", shop.platform());
        assert_eq!((shop.rules(), shop.usable()), (1, scene.active()), "{}", shop.platform());
        assert!(drift(&scene, &path).is_empty(), "{}", shop.platform());
    }
}

// R5, R6
#[test]
fn a_rule_that_was_deleted_in_the_shop_is_made_anew_with_the_next_code() {
    let brand = brand_or_skip!();
    for shop in [adobe_commerce_shop(), bigcommerce_shop(), stripe_shop()] {
        let scene = Scene::on(&brand, shop.platform(), shop.credentials(), json!({}));
        scene.enroll(&["Anna"]);
        scene.settle();
        shop.delete_rules();
        scene.enroll(&["Bela"]);
        let codes = scene.settle();
        let bela = codes.iter().find(|code| code["text"] == "BELA10").unwrap();
        assert_eq!(bela["status"], "active", "{}: {bela}", shop.platform());
        assert_eq!((shop.rules(), shop.usable()), (1, vec!["BELA10".to_owned()]), "{}", shop.platform());
    }
}

// R5, R6
#[test]
fn a_rule_that_the_platform_cannot_change_stays_reported_and_each_code_says_why() {
    let shop = stripe_shop();
    let Some((scene, path, ids)) = with_a_changed_rule(&shop, "/percent_off", json!(50.0)) else { return };
    let changed = half_instead_of_ten_percent();
    let before = drift(&scene, &path);
    assert_eq!(before[..2], [changed.clone(), changed.clone()]);
    scene.brand.post("/codes/repair", json!({"codeIds": ids})).expect(202);
    let codes = scene.settle();
    for code in &codes {
        assert_eq!(code["status"], "active", "it goes on working as it is: {code}");
        assert!(code["reason"].as_str().unwrap().contains("coupon of Stripe cannot be changed"), "{code}");
    }
    let after = drift(&scene, &path);
    assert_eq!(after.iter().filter(|row| **row == changed).count(), 2, "{after:?}");
}

/// So many seconds from now, as the API writes times.
fn seconds_from_now(seconds: u64) -> String {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs() + seconds;
    // The civil date of a day: years begin in March, so that the odd day is the last.
    let days = now / 86_400 + 719_468;
    let (era, day) = (days / 146_097, days % 146_097);
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let date = day - (153 * month + 2) / 5 + 1;
    let (month, year) = if month < 10 { (month + 3, year) } else { (month - 9, year + 1) };
    let (hour, minute, second) = (now / 3_600 % 24, now / 60 % 60, now % 60);
    format!("{:04}-{month:02}-{date:02}T{hour:02}:{minute:02}:{second:02}Z", era * 400 + year)
}

// R9
#[test]
fn where_the_shop_knows_no_start_date_we_switch_the_code_on_when_its_time_has_come() {
    let brand = brand_or_skip!();
    let shop = woocommerce_shop();
    let start = seconds_from_now(4);
    let scene = Scene::on(&brand, "woocommerce", shop.credentials(), json!({"limits": {"startsAt": start}}));
    scene.enroll(&["Anna"]);
    eventually("it is in the shop", || (shop.texts() == ["ANNA10"]).then_some(()));
    let early = eventually("it waits for its day", || {
        let code = scene.codes().remove(0);
        code["reason"].as_str().is_some_and(|reason| reason.contains("switched on")).then_some(code)
    });
    assert_eq!((&early["status"], &early["inShop"]["enabled"]), (&json!("pending"), &json!(false)));
    assert!(shop.usable().is_empty(), "nobody can use it yet");
    scene.settle();
    assert_eq!((shop.usable(), scene.active()), (vec!["ANNA10".to_owned()], vec!["ANNA10".to_owned()]));
}

// R9
#[test]
fn where_the_shop_knows_days_only_the_code_is_there_from_its_hour_to_its_hour() {
    let brand = brand_or_skip!();
    let shop = adobe_commerce_shop();
    let limits = json!({"startsAt": seconds_from_now(4), "endsAt": seconds_from_now(8)});
    let scene = Scene::on(&brand, "adobe_commerce", shop.credentials(), json!({ "limits": limits }));
    scene.enroll(&["Anna"]);
    let early = eventually("it waits for its hour", || {
        let code = scene.codes().remove(0);
        code["reason"].as_str().is_some_and(|reason| reason.contains("waits, and is made")).then_some(code)
    });
    assert_eq!((&early["status"], &early["inShop"]), (&json!("pending"), &Value::Null));
    eventually("it works", || (scene.active() == ["ANNA10"]).then_some(()));
    assert_eq!(shop.usable(), ["ANNA10"]);
    let late = scene.settle().remove(0);
    assert_eq!(late["status"], "disabled", "{late}");
    assert!(late["reason"].as_str().unwrap().contains("its plan ended"), "{late}");
    assert!(shop.usable().is_empty(), "nobody can use it any more");
}

// R1, R2, R9
#[test]
fn plans_that_no_shop_could_keep_are_refused_field_by_field() {
    let brand = brand_or_skip!();
    let shop = connect(&brand, "woocommerce", woocommerce_shop().credentials());
    for (changes, paths) in [
        (json!({"codePattern": "{nickname}"}), vec!["codePattern"]),
        (json!({"codePattern": "ABCDEFGHIJKLMNOPQRSTU{first_name}"}), vec!["codePattern"]),
        (json!({"codePattern": "WELCOME"}), vec!["codePattern"]),
        (json!({"codePattern": "{campaign}{discount}"}), vec!["codePattern"]),
        (json!({"discount": {"type": "percentage", "value": "101"}}), vec!["discount.value"]),
        (
            json!({"discount": {"type": "fixed", "amount": {"amount": 500, "currency": "USD"}}}),
            vec!["discount.amount"],
        ),
        (
            json!({"limits": {"minimumAmount": {"amount": 100, "currency": "EUR"}, "minimumQuantity": 2}}),
            vec!["limits.minimumQuantity"],
        ),
        (
            json!({"limits": {"startsAt": "2027-01-02T00:00:00Z", "endsAt": "2027-01-01T00:00:00Z"}}),
            vec!["limits.endsAt"],
        ),
        (json!({"limits": {"minimumQuantity": 2}}), vec!["limits.minimumQuantity"]),
    ] {
        let mut plan = json!({"name": unique("Plan "), "storeId": shop.id, "mode": "managed",
            "discount": {"type": "percentage", "value": "10"}, "codePattern": "{first_name}{discount}"});
        plan.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
        let problem = brand.post("/plans", plan).refused(422);
        let named: BTreeSet<&str> = problem["errors"]
            .as_array()
            .unwrap()
            .iter()
            .map(|error| error["path"].as_str().unwrap())
            .collect();
        assert_eq!(named, paths.into_iter().collect(), "{changes}: {problem}");
    }
}

// R6
#[test]
fn too_many_or_unknown_creators_are_all_named_and_nothing_is_made() {
    let brand = brand_or_skip!();
    let shopify = ShopifyShop::start(None);
    let scene = Scene::of(&brand, shopify.credentials(), json!({}));
    let path = format!("/campaigns/{}/enrollments", scene.campaign);
    let too_many: Vec<String> = (0..1_001).map(|number| format!("crt_{number:026}")).collect();
    brand.post(&path, json!({"creatorIds": too_many})).wrong_fields(&["creatorIds"]);
    let known = brand.add_creator("Anna", "Berg");
    let ids = json!({"creatorIds": [known, "crt_00000000000000000000000000", "nobody"]});
    brand.post(&path, ids.clone()).wrong_fields(&["creatorIds[1]", "creatorIds[2]"]);
    brand
        .post("/codes/preview", json!({"planId": scene.plan, "creatorIds": ids["creatorIds"]}))
        .wrong_fields(&["creatorIds[1]", "creatorIds[2]"]);
    brand.post("/codes/run", json!({})).expect(200);
    assert!(scene.codes().is_empty() && shopify.texts().is_empty());
}
