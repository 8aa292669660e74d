//! The command line.

use tributary_host::options::{Command, Options};

fn parse(arguments: &[&str]) -> anyhow::Result<Command> {
    Command::parse(arguments.iter().map(ToString::to_string))
}

#[test]
fn everything_has_a_default() {
    let expected = Options {
        manifest: "spin.toml".into(),
        listen: "127.0.0.1:3000".parse().unwrap(),
        state_dir: ".tributary".into(),
        cache_dir: ".tributary/cache".into(),
        stand_ins: Vec::new(),
    };
    assert_eq!(parse(&[]).unwrap(), Command::Serve(expected));
}

#[test]
fn the_cache_is_in_the_state_directory_unless_it_is_named() {
    for (arguments, expected) in [
        (["--state-dir", "s", "--manifest", "m.toml"], "s/cache"),
        (["--state-dir", "s", "--cache-dir", "c"], "c"),
    ] {
        let Command::Serve(options) = parse(&arguments).unwrap() else { panic!("it serves") };
        assert_eq!(options.cache_dir.to_str(), Some(expected));
    }
}

#[test]
fn what_is_not_understood_is_named() {
    for (arguments, named) in [
        (&["--port", "1"][..], "--port"),
        (&["--listen"], "--listen"),
        (&["--listen", "localhost"], "localhost"),
        (&["--stand-in", "https://keys.example"], "https://keys.example"),
        (&["--stand-in", "keys.example=127.0.0.1:1"], "keys.example"),
        (&["--stand-in", "https://keys.example/a=127.0.0.1:1"], "keys.example/a"),
        (&["--stand-in", "https://keys.example=a b"], "a b"),
    ] {
        assert!(parse(arguments).unwrap_err().to_string().contains(named));
    }
    assert_eq!(parse(&["--help"]).unwrap(), Command::Help);
}
