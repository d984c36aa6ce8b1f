//! Adds a hook to settings in JSON, with every other member as it was written.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::command;

/// What the settings of a host need.
#[derive(Debug)]
pub(super) struct Needed {
    /// The `version` that a new file states.
    pub version: Option<u32>,
    /// The event, below `hooks`.
    pub event: &'static str,
    /// The entry of its list, as JSON.
    pub entry: String,
}

/// Why settings cannot be added to.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Unfit(pub &'static str);

const NO_JSON: Unfit = Unfit("it is no plain JSON");
const OTHER_SHAPE: Unfit = Unfit("its `hooks` have another shape");

impl Needed {
    /// The settings with the entry, in the line ends that are there; `None` if the event calls jwtlint already.
    pub(super) fn added_to(&self, there: Option<&str>) -> Result<Option<String>, Unfit> {
        let text = self.added_to_lines(there)?;
        Ok(if there.is_some_and(|text| text.contains("\r\n")) {
            text.map(|text| text.replace("\r\n", "\n").replace('\n', "\r\n"))
        } else {
            text
        })
    }

    fn added_to_lines(&self, there: Option<&str>) -> Result<Option<String>, Unfit> {
        let there = there.filter(|text| !text.trim().is_empty());
        let mut settings = match there {
            Some(text) => serde_json::from_str::<Members<'_>>(text).map_err(|_| NO_JSON)?,
            None => Members::default(),
        };
        if let (None, Some(version)) = (there, self.version) {
            settings.0.push(("version".to_owned(), Value::New(version.to_string())));
        }
        let hooks = match settings.get("hooks") {
            Some(hooks) => {
                let mut events = serde_json::from_str::<Members<'_>>(hooks).map_err(|_| OTHER_SHAPE)?;
                let calls = events.get(self.event);
                if calls.and_then(|calls| serde_json::from_str(calls).ok()).is_some_and(|calls| has_call(&calls)) {
                    return Ok(None);
                }
                let list = self.list(calls)?;
                events.set(self.event, list);
                events.render(1)
            }
            None => {
                let mut events = Members::default();
                events.set(self.event, self.list(None)?);
                events.render(1)
            }
        };
        settings.set("hooks", hooks);
        Ok(Some(settings.render(0) + "\n"))
    }

    /// The event's list with the entry at its end.
    fn list(&self, there: Option<&str>) -> Result<String, Unfit> {
        let there = match there {
            Some(text) => serde_json::from_str::<Vec<&RawValue>>(text).map_err(|_| OTHER_SHAPE)?,
            None => Vec::new(),
        };
        let entries: Vec<&str> = there.iter().map(|entry| entry.get()).chain([self.entry.as_str()]).collect();
        Ok(format!("[\n      {}\n    ]", entries.join(",\n      ")))
    }
}

/// Members of an entry that hold a command, or a word of one.
const COMMANDS: [&str; 7] = ["args", "bash", "command", "linux", "osx", "powershell", "windows"];

/// Whether one of these entries calls the program.
fn has_call(entries: &serde_json::Value) -> bool {
    use serde_json::Value;
    let calls = |word: &Value| word.as_str().is_some_and(command::calls);
    match entries {
        Value::Array(list) => list.iter().any(has_call),
        Value::Object(members) => members.iter().any(|(name, value)| match value {
            Value::String(_) => COMMANDS.contains(&&**name) && calls(value),
            Value::Array(words) if COMMANDS.contains(&&**name) => words.iter().any(calls),
            _ => has_call(value),
        }),
        _ => false,
    }
}

/// The members of an object in their order, each as it was written.
#[derive(Debug, Default)]
struct Members<'t>(Vec<(String, Value<'t>)>);

#[derive(Debug)]
enum Value<'t> {
    There(&'t RawValue),
    New(String),
}

impl Value<'_> {
    fn text(&self) -> &str {
        match self {
            Self::There(raw) => raw.get(),
            Self::New(text) => text,
        }
    }
}

impl Members<'_> {
    fn get(&self, key: &str) -> Option<&str> {
        self.0.iter().find(|(name, _)| name == key).map(|(_, value)| value.text())
    }

    fn set(&mut self, key: &str, text: String) {
        match self.0.iter_mut().find(|(name, _)| name == key) {
            Some((_, value)) => *value = Value::New(text),
            None => self.0.push((key.to_owned(), Value::New(text))),
        }
    }

    fn render(&self, depth: usize) -> String {
        let indent = "  ".repeat(depth);
        let member = |(name, value): &(String, Value<'_>)| {
            format!("{indent}  {}: {}", serde_json::Value::from(name.as_str()), value.text())
        };
        let members: Vec<String> = self.0.iter().map(member).collect();
        format!("{{\n{}\n{indent}}}", members.join(",\n"))
    }
}

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(MembersVisitor)
    }
}

struct MembersVisitor;

impl<'de> Visitor<'de> for MembersVisitor {
    type Value = Members<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members<'de>, A::Error> {
        let mut members: Vec<(String, Value<'_>)> = Vec::new();
        while let Some((name, value)) = map.next_entry::<String, &'de RawValue>()? {
            // Of two the host takes one, and which is its own business.
            if members.iter().any(|(known, _)| *known == name) {
                return Err(serde::de::Error::custom("a member stands there twice"));
            }
            members.push((name, Value::There(value)));
        }
        Ok(Members(members))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NEEDED: Needed = Needed { version: Some(1), event: "afterEdit", entry: String::new() };

    fn added(there: Option<&str>) -> Result<Option<String>, Unfit> {
        Needed { entry: r#"{ "command": "lint" }"#.to_owned(), ..NEEDED }.added_to(there)
    }

    #[test]
    fn a_new_file_holds_the_entry() {
        let text = "{\n  \"version\": 1,\n  \"hooks\": {\n    \"afterEdit\": [\n      { \"command\": \"lint\" }\n    ]\n  }\n}\n";
        assert_eq!(added(None), Ok(Some(text.to_owned())));
        assert_eq!(added(Some(" \n")), Ok(Some(text.to_owned())));
    }

    #[test]
    fn what_is_there_stays_as_it_is() {
        let there =
            "{\n  \"z\": [1,\n 2.50],\n  \"hooks\": {\"before\": [ ], \"afterEdit\": [{\"a\":1}]},\n  \"b\": \"é\"\n}";
        let text = added(Some(there)).ok().flatten().unwrap_or_default();
        assert!(text.contains("\"z\": [1,\n 2.50],\n") && text.contains("\"before\": [ ]"), "{text}");
        let value: serde_json::Value = serde_json::from_str(&text).unwrap_or_default();
        assert_eq!(value["hooks"]["afterEdit"], serde_json::json!([{"a": 1}, {"command": "lint"}]));
        assert!(text.find("\"z\"") < text.find("\"hooks\"") && text.find("\"hooks\"") < text.find("\"b\""));
    }

    #[test]
    fn only_the_event_tells_whether_it_is_called() {
        let elsewhere = r#"{"note": "no jwtlint here", "hooks": {"before": [{"command": "jwtlint check"}]}}"#;
        let text = added(Some(elsewhere)).ok().flatten().unwrap_or_default();
        assert!(text.contains(r#"{ "command": "lint" }"#) && text.contains("no jwtlint here"), "{text}");
        assert_eq!(added(Some(r#"{"hooks": {"afterEdit": [{"command": "npx jwtlint hook post-edit"}]}}"#)), Ok(None));
    }

    #[test]
    fn only_a_command_calls() {
        let is_called = |entry: &str| added(Some(&format!("{{\"hooks\": {{\"afterEdit\": [{entry}]}}}}"))) == Ok(None);
        for calling in [
            r#"{"matcher": "Edit", "hooks": [{"type": "command", "command": "\"$HOME/bin/jwtlint\" hook post-edit"}]}"#,
            r#"{"command": "npx", "args": ["jwtlint", "hook", "post-edit"]}"#,
            r#"{"bash": "jwtlint hook post-edit", "powershell": ""}"#,
        ] {
            assert!(is_called(calling), "{calling}");
        }
        for other in [
            r#"{"matcher": "Edit", "hooks": [{"type": "command", "command": "/home/u/jwtlint-site/fmt.sh"}]}"#,
            r#"{"description": "instead of jwtlint", "command": "fmt"}"#,
            r#"{"matcher": "jwtlint", "hooks": []}"#,
            r#""jwtlint""#,
        ] {
            assert!(!is_called(other), "{other}");
        }
    }

    #[test]
    fn line_ends_stay_as_they_are() {
        let text = added(Some("{\r\n\t\"a\": [1,\r\n2]\r\n}\r\n")).ok().flatten().unwrap_or_default();
        assert_eq!(text.matches("\r\n").count(), text.matches('\n').count(), "{text:?}");
        assert!(text.contains("[1,\r\n2]"), "{text:?}");
    }

    #[test]
    fn other_shapes_are_left_alone() {
        assert_eq!(added(Some("{\"hooks\": {}, \"hooks\": {\"before\": []}}")), Err(NO_JSON));
        assert_eq!(added(Some("{\"hooks\": {\"afterEdit\": [1], \"afterEdit\": [2]}}")), Err(OTHER_SHAPE));
        assert_eq!(added(Some("{ // comment\n}")), Err(NO_JSON));
        assert_eq!(added(Some("[]")), Err(NO_JSON));
        assert_eq!(added(Some("{\"hooks\": []}")), Err(OTHER_SHAPE));
        assert_eq!(added(Some("{\"hooks\": {\"afterEdit\": {}}}")), Err(OTHER_SHAPE));
    }
}
