//! What a manifest may say.

use tributary_host::manifest::Manifest;

fn parse(version: u32, trigger: &str, component: &str) -> Result<Manifest, String> {
    let text = format!(
        "spin_manifest_version = {version}\n[application]\nname = \"a\"\n{trigger}\n[component.one]\nsource = \"a.wasm\"\n{component}\n"
    );
    Manifest::parse(&text).map_err(|error| format!("{error:#}"))
}

const ROUTE: &str = "[[trigger.http]]\nroute = \"/\"\ncomponent = \"one\"";

#[test]
fn what_concerns_only_building_is_passed_over() {
    let component = "description = \"One\"\n[component.one.build]\ncommand = \"make\"\nwatch = [\"src\"]";
    assert!(parse(2, ROUTE, component).is_ok());
}

#[test]
fn what_would_run_otherwise_is_refused_by_its_name() {
    let redis = "[[trigger.redis]]\nchannel = \"a\"\ncomponent = \"one\"";
    let unknown = "[[trigger.http]]\nroute = \"/\"\ncomponent = \"two\"";
    for (version, trigger, component, named) in [
        (1, ROUTE, "", "version 2"),
        (2, redis, "", "redis"),
        (2, unknown, "", "\"two\""),
        (2, ROUTE, "files = [\"a\"]", "\"files\""),
        (2, ROUTE, "ai_models = [\"a\"]", "\"ai_models\""),
        (2, ROUTE, "sqlite_databases = [\"other\"]", "\"other\""),
        (2, ROUTE, "key_value_stores = [\"other\"]", "\"other\""),
        (2, ROUTE, "[variables]\na = {}", "\"a\""),
        (2, ROUTE, "[variables]\na_1 = { default = \"\" }", "must start with an ASCII letter"),
        (2, ROUTE, "[variables]\nA = { default = \"\" }", "must be all lowercase"),
        (2, ROUTE, "variables = { a_1 = \"\" }", "must start with an ASCII letter"),
        (2, "license = \"MIT\"", "", "unknown field `license`"),
        (2, "[trigger]\n[surprise]", "", "unknown field `surprise`"),
        (2, ROUTE, "[variables]\na = { required = true, default = \"\" }", "\"a\""),
    ] {
        let error = parse(version, trigger, component).expect_err(named);
        assert!(error.contains(named), "{error}");
    }
}
