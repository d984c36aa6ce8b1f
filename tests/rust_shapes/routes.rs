//! How bytes get from where they are to the call that takes them.

use super::shapes::Shaped;
use super::sinks::SinkForm;

/// A way through functions, closures and members.
#[derive(Debug, Clone, Copy)]
pub struct Route {
    pub name: &'static str,
    /// Items; `@sink(x)` is the call of the sink.
    items: &'static str,
    /// Statements; `@value` are the bytes.
    body: &'static str,
    /// Why it is not followed yet.
    pub gap: Option<&'static str>,
}

const fn route(name: &'static str, items: &'static str, body: &'static str) -> Route {
    Route { name, items, body, gap: None }
}

impl Route {
    /// The bytes stand in the call itself.
    pub fn direct() -> Self {
        route("the call itself", "", "let sealed = @sink(@value);")
    }

    /// The whole file.
    pub fn file(&self, sink: &SinkForm, shaped: &Shaped) -> String {
        let items = with_sink(self.items, sink);
        let body = with_sink(self.body, sink).replace("@value", &shaped.value);
        format!(
            "{}\n{}\n{items}\nasync fn harvest() -> Result<(), Trouble> {{\n{}{body}\nOk(())\n}}\n",
            sink.head, shaped.items, shaped.body
        )
    }
}

/// Code with `@sink(x)` written out.
pub fn with_sink(code: &str, sink: &SinkForm) -> String {
    let mut written = String::new();
    let mut rest = code;
    while let Some((before, after)) = rest.split_once("@sink(") {
        let mut depth = 1;
        let end = after
            .char_indices()
            .find_map(|(at, character)| {
                depth += match character {
                    '(' => 1,
                    ')' => -1,
                    _ => 0,
                };
                (depth == 0).then_some(at)
            })
            .unwrap();
        written.push_str(before);
        written.push_str(&sink.call.replace("@value", &after[..end]));
        rest = &after[end + 1..];
    }
    written + rest
}

/// All routes.
pub fn routes() -> Vec<Route> {
    vec![
        Route::direct(),
        route("a reference", "", "let sealed = @sink(&@value);"),
        route("a copy", "", "let sealed = @sink(&@value.to_vec()[..]);"),
        route("a cast", "", "let sealed = @sink(@value as &[u8]);"),
        route("a block", "", "let sealed = @sink({ let plum = @value; plum });"),
        route("an unsafe block", "", "let sealed = @sink(unsafe { @value });"),
        route("parentheses", "", "let sealed = @sink((((@value))));"),
        route("black_box", "", "let sealed = @sink(std::hint::black_box(@value));"),
        route("AsRef::as_ref", "", "let sealed = @sink(AsRef::<[u8]>::as_ref(@value));"),
        route("a question mark", "", "let sealed = @sink(Ok::<_, Trouble>(@value)?);"),
        route("a parameter", "fn seal(plum: &[u8]) { let sealed = @sink(plum); }", "seal(@value);"),
        route(
            "two parameters",
            "fn seal(plum: &[u8]) { let sealed = @sink(plum); }\nfn pass(rows: usize, fig: &[u8]) { seal(fig) }",
            "pass(1, @value);",
        ),
        route(
            "three parameters",
            "fn seal(plum: &[u8]) { let sealed = @sink(plum); }\nfn pass(fig: &[u8]) { seal(fig.as_ref()) }\nfn hand(lime: &[u8]) { pass(&lime) }",
            "hand(@value);",
        ),
        route(
            "a generic parameter",
            "fn seal<T: AsRef<[u8]>>(plum: T) { let sealed = @sink(plum.as_ref()); }",
            "seal::<&[u8]>(@value);",
        ),
        route(
            "an impl parameter",
            "fn seal(plum: impl Into<Vec<u8>>) { let sealed = @sink(&plum.into()); }",
            "seal(@value);",
        ),
        route(
            "an optional parameter",
            "fn seal(plum: Option<&[u8]>) { if let Some(plum) = plum { let sealed = @sink(plum); } }",
            "seal(Some(@value));",
        ),
        route(
            "a method's parameter",
            "struct Sealer;\nimpl Sealer { fn seal(&self, plum: &[u8]) { let sealed = @sink(plum); } }",
            "let sealer = Sealer; sealer.seal(@value);",
        ),
        route(
            "a trait method's parameter",
            "trait Seal { fn seal(&self, plum: &[u8]); }\nstruct Sealer;\nimpl Seal for Sealer { fn seal(&self, plum: &[u8]) { let sealed = @sink(plum); } }",
            "let sealer: Box<dyn Seal> = Box::new(Sealer); sealer.seal(@value);",
        ),
        route(
            "an associated function's parameter",
            "struct Sealer;\nimpl Sealer { fn seal(plum: &[u8]) { let sealed = @sink(plum); } }",
            "Sealer::seal(@value);",
        ),
        route(
            "a method's parameter, called by path",
            "struct Sealer;\nimpl Sealer { fn seal(&self, plum: &[u8]) { let sealed = @sink(plum); } }",
            "Sealer::seal(&Sealer, @value);",
        ),
        route("a closure's parameter", "", "let seal = |plum: &[u8]| { let sealed = @sink(plum); }; seal(@value);"),
        route("a captured local", "", "let plum = @value; let seal = move || { let sealed = @sink(plum); }; seal();"),
        route("a spawned task", "", "let plum = @value; tokio::spawn(async move { let sealed = @sink(plum); });"),
        route("map of an option", "", "let sealed = Some(@value).map(|plum| @sink(plum));"),
        route("and_then of a result", "", "let sealed = Ok::<_, Trouble>(@value).and_then(|plum| Ok(@sink(plum)));"),
        route("for_each", "", "[@value].iter().for_each(|plum| { let sealed = @sink(plum); });"),
        route("for", "", "for plum in [@value] { let sealed = @sink(plum); }"),
        route(
            "a constructor and a method",
            "struct Sealer { plum: Vec<u8> }\nimpl Sealer {\nfn new(plum: &[u8]) -> Self { Self { plum: plum.to_vec() } }\nfn seal(&self) { let sealed = @sink(&self.plum); }\n}",
            "Sealer::new(@value).seal();",
        ),
        route(
            "a member",
            "struct Sealer { plum: Vec<u8> }",
            "let sealer = Sealer { plum: @value.to_vec() }; let sealed = @sink(&sealer.plum);",
        ),
        route(
            "a member of a parameter",
            "struct Sealer { plum: Vec<u8> }\nfn seal(sealer: &Sealer) { let sealed = @sink(&sealer.plum); }",
            "let sealer = Sealer { plum: @value.to_vec() }; seal(&sealer);",
        ),
        route(
            "a nested member of a parameter",
            "struct Grower { sealer: Sealer }\nstruct Sealer { plum: Vec<u8> }\nfn seal(grower: &Grower) { let sealed = @sink(&grower.sealer.plum); }",
            "let sealer = Sealer { plum: @value.to_vec() }; let grower = Grower { sealer }; seal(&grower);",
        ),
        route(
            "a destructured parameter",
            "struct Sealer { plum: Vec<u8> }\nfn seal(Sealer { plum }: &Sealer) { let sealed = @sink(plum); }",
            "let sealer = Sealer { plum: @value.to_vec() }; seal(&sealer);",
        ),
        route(
            "a tuple parameter",
            "fn seal((rows, plum): (usize, &[u8])) { let sealed = @sink(plum); }",
            "seal((3, @value));",
        ),
        route(
            "From",
            "struct Sealer { plum: Vec<u8> }\nimpl From<&[u8]> for Sealer { fn from(plum: &[u8]) -> Self { Sealer { plum: plum.to_vec() } } }\nfn seal(sealer: &Sealer) { let sealed = @sink(&sealer.plum); }",
            "seal(&Sealer::from(@value));",
        ),
        route(
            "a holder",
            "static SEALED: OnceLock<Sealed> = OnceLock::new();",
            "let plum = @value; SEALED.get_or_init(|| @sink(plum));",
        ),
        route(
            "From of a key",
            "struct Sealer(Sealed);\nimpl From<&str> for Sealer { fn from(plum: &str) -> Self { Sealer(@sink(plum.as_bytes())) } }",
            "let sealer = Sealer::from(@value);",
        ),
        route(
            "a function given as a value",
            "fn seal(plum: &[u8]) { let sealed = @sink(plum); }",
            "Some(@value).map(seal);",
        ),
        route(
            "an argument with a default",
            "fn seal(plum: Option<&[u8]>) { let sealed = @sink(plum.unwrap_or(&row())); }\nfn row() -> Vec<u8> { std::fs::read(\"row\").unwrap() }",
            "seal(Some(@value));",
        ),
        route("a macro's argument", "", "assert!(matches(@sink(@value)));"),
        route("tokio::select", "", "tokio::select! { _ = tick() => { let sealed = @sink(@value); } }"),
        route("json macro", "", "let text = json!({ \"tree\": @sink(@value) });"),
        route("a match arm", "", "match rows() { 1 => { let sealed = @sink(@value); } _ => {} }"),
        route("a conditional method", "", "if rows() > 1 { return Ok(@sink(@value)); }"),
        route("an inner function", "", "fn seal(plum: &[u8]) { let sealed = @sink(plum); } seal(@value);"),
    ]
}
