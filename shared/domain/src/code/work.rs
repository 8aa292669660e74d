//! What a shop is to be asked, so that it has a code as it should be (R5, R9, R12).

use crate::code::CodeText;

/// Whether a code can be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Switch {
    /// It can.
    On,
    /// It cannot.
    Off,
}

/// A code as it is, or as it should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct State {
    /// Its text.
    pub text: CodeText,
    /// The plan's version whose terms it has.
    pub plan_version: u16,
    /// Whether it can be used.
    pub switch: Switch,
}

/// What the shop is to be asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Task {
    /// Nothing: it is as it should be.
    Nothing,
    /// To make it.
    Create,
    /// To give it another text, or the terms of another version.
    Update,
    /// To switch it on.
    SwitchOn,
    /// To switch it off.
    SwitchOff,
}

/// The next step from what the shop has to what it should have; `None` where nobody wants the code any more.
///
/// A code that is not wanted is not made to be switched off. One that has another text or other terms takes
/// those first, because a platform that cannot change them replaces the code, and what comes out is on.
pub fn next(wanted: Option<&State>, in_shop: Option<&State>) -> Task {
    match (wanted, in_shop) {
        (None, None) => Task::Nothing,
        (None, Some(found)) => to_switch(found.switch, Switch::Off),
        (Some(_), None) => Task::Create,
        (Some(wanted), Some(found)) => {
            if found.text != wanted.text || found.plan_version != wanted.plan_version {
                Task::Update
            } else {
                to_switch(found.switch, wanted.switch)
            }
        }
    }
}

const fn to_switch(from: Switch, to: Switch) -> Task {
    match (from, to) {
        (Switch::On, Switch::Off) => Task::SwitchOff,
        (Switch::Off, Switch::On) => Task::SwitchOn,
        (Switch::On, Switch::On) | (Switch::Off, Switch::Off) => Task::Nothing,
    }
}

/// The first wait after a failure that may pass, in milliseconds.
const FIRST_WAIT_MILLIS: i64 = 1_000;
/// The longest one: a shop that was down for a night is found again within minutes.
const LONGEST_WAIT_MILLIS: i64 = 300_000;
const LARGEST_SHIFT: u32 = 16;

/// How long to wait after so many failures in a row, in milliseconds: twice as long each time, up to five
/// minutes, and by the random `jitter` between half of it and all, so that not everybody comes at once.
pub fn back_off_millis(attempts: u32, jitter: u32) -> i64 {
    let shift = attempts.saturating_sub(1).min(LARGEST_SHIFT);
    let whole = FIRST_WAIT_MILLIS.saturating_mul(1 << shift).min(LONGEST_WAIT_MILLIS);
    let half = whole / 2;
    half.saturating_add(i64::from(jitter) % (half + 1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn state(text: &str, plan_version: u16, switch: Switch) -> State {
        State { text: CodeText::parse(text).unwrap(), plan_version, switch }
    }

    /// What a shop has after a task.
    fn after(task: Task, wanted: Option<&State>, in_shop: Option<State>) -> Option<State> {
        match (task, in_shop) {
            (Task::Create, _) => wanted.cloned(),
            (Task::Update, Some(_)) => wanted.cloned().map(|wanted| State { switch: Switch::On, ..wanted }),
            (Task::SwitchOn, Some(found)) => Some(State { switch: Switch::On, ..found }),
            (Task::SwitchOff, Some(found)) => Some(State { switch: Switch::Off, ..found }),
            (_, found) => found,
        }
    }

    // R5, R12
    #[test]
    fn the_next_step_is_told_by_the_difference() {
        let (on, off) = (Switch::On, Switch::Off);
        let wanted = state("ANNA10", 2, on);
        for (in_shop, task) in [
            (None, Task::Create),
            (Some(state("ANNA10", 2, on)), Task::Nothing),
            (Some(state("ANNA10", 2, off)), Task::SwitchOn),
            (Some(state("ANNA10", 1, on)), Task::Update),
            (Some(state("ANNA-OLD", 2, off)), Task::Update),
        ] {
            assert_eq!(next(Some(&wanted), in_shop.as_ref()), task, "{in_shop:?}");
        }
        let waiting = state("ANNA10", 2, off);
        assert_eq!(next(Some(&waiting), None), Task::Create, "it is there before its plan begins");
        assert_eq!(next(Some(&waiting), Some(&wanted)), Task::SwitchOff);
        assert_eq!(next(None, None), Task::Nothing);
        assert_eq!(next(None, Some(&wanted)), Task::SwitchOff);
        assert_eq!(next(None, Some(&state("ANNA-OLD", 1, off))), Task::Nothing);
    }

    proptest! {
        // R5
        #[test]
        fn from_anywhere_a_few_steps_lead_to_what_is_wanted(
            wanted in proptest::option::of((0..2_u16, any::<bool>())),
            found in proptest::option::of((0..2_u16, any::<bool>(), any::<bool>())),
        ) {
            let switch = |on| if on { Switch::On } else { Switch::Off };
            let wanted = wanted.map(|(version, on)| state("ANNA10", version, switch(on)));
            let mut shop =
                found.map(|(version, on, same)| state(if same { "ANNA10" } else { "OTHER" }, version, switch(on)));
            let mut steps = 0;
            loop {
                let task = next(wanted.as_ref(), shop.as_ref());
                if task == Task::Nothing {
                    break;
                }
                shop = after(task, wanted.as_ref(), shop);
                steps += 1;
                prop_assert!(steps <= 2);
            }
            match wanted {
                Some(wanted) => prop_assert_eq!(shop, Some(wanted)),
                None => prop_assert!(shop.is_none_or(|shop| shop.switch == Switch::Off)),
            }
        }

        // R5
        #[test]
        fn a_wait_grows_and_is_bounded(attempts in any::<u32>(), jitter in any::<u32>()) {
            let wait = back_off_millis(attempts, jitter);
            prop_assert!((500..=300_000).contains(&wait));
            prop_assert!(back_off_millis(attempts.saturating_add(2), 0) >= back_off_millis(attempts, 0));
        }
    }
}
