//! Follows a value back to where it comes from, whatever the language.
//!
//! The way goes from the key to the literal: a name leads to its definition, a parameter to what
//! callers give, a call to what the function returns, a member to what it is given. What a name
//! means is the business of a [`World`], one for each family of languages. Every way is bounded: a
//! budget of steps for one question, a depth, and no place twice on one way.

use std::borrow::Cow;
use std::sync::Arc;

use super::trace::{Source, Trace, distinct};
use crate::fact::{
    Argument, CALLED, Call, Callee, Case, FileId, Handed, Name, Record, RecordField, Setting, Step, Value, selector,
};
use crate::names::{self, NameClass};
use crate::span::Span;

/// Steps for one question.
const BUDGET: usize = 6_000;
/// Definitions, calls and members on one way.
const DEEPEST: usize = 40;
/// Ways that one question may find.
const MOST_TRACES: usize = 64;
/// Of more callers than this those count first that run, since not all may be looked at.
const MANY_CALLERS: usize = 16;
/// Constant parts of a text that is otherwise unknown are a key from this length on.
const BULK: usize = 16;

/// Where a value stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Site {
    /// The file.
    pub file: FileId,
    /// The module in the file.
    pub module: usize,
    /// The function in the file.
    pub function: Option<usize>,
    /// What attributes say the code is for.
    pub setting: Setting,
}

impl Site {
    /// Whether both stand in the same function, or both in none.
    fn is_beside(self, other: Self) -> bool {
        (self.file, self.module, self.function) == (other.file, other.module, other.function)
    }
}

/// A value that a name or member is given.
#[derive(Debug)]
pub struct Definition<'w> {
    /// The value.
    pub value: Cow<'w, Value>,
    /// Where it stands: names in it are resolved from here.
    pub site: Site,
    /// Where the name stands that is given the value.
    pub span: Span,
    /// What this is, for the step shown: ``constant `SECRET` ``.
    pub note: String,
    /// Used where nothing else is given.
    pub is_default: bool,
    /// The member of some value of a type, not of this very one: the code that writes it drives the
    /// value along.
    pub of_type: bool,
    /// Such a member whose name says nothing of a secret: more than one on a way make a guess of it.
    pub is_guess: bool,
}

impl Definition<'_> {
    fn position(&self) -> (FileId, usize) {
        (self.site.file, self.span.start())
    }
}

/// A function with a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct FunctionId {
    /// The file.
    pub file: FileId,
    /// Its index there.
    pub index: usize,
}

/// What the evaluator needs of a function.
#[derive(Debug)]
pub struct FunctionView<'w> {
    /// Its name.
    pub name: &'w str,
    /// Whether it is a method: called by its path, its receiver is the first argument.
    pub has_receiver: bool,
    /// Whether it makes a value of a class and says nothing of that: members are called like its parameters.
    pub is_constructor: bool,
    /// What it returns.
    pub result: &'w Value,
    /// Where its body is.
    pub site: Site,
    /// Where its name stands.
    pub span: Span,
}

/// A place that calls a function.
#[derive(Debug, Clone)]
pub struct Caller {
    /// Where.
    pub site: Site,
    /// With what.
    pub call: Arc<Call>,
}

/// What names mean in one family of languages.
pub trait World {
    /// What a name is given.
    fn definitions(&self, site: Site, name: &Name) -> Vec<Definition<'_>>;
    /// What a member of a value is given, judged by the value's type or the member's name.
    fn members(&self, site: Site, base: &Value, member: &str) -> Vec<Definition<'_>>;
    /// The functions that a call may reach.
    fn callees(&self, site: Site, callee: &Callee) -> Vec<FunctionId>;
    /// A function.
    fn function(&self, id: FunctionId) -> Option<FunctionView<'_>>;
    /// Who calls a function.
    fn callers(&self, id: FunctionId) -> Vec<Caller>;
    /// The functions that make text or bytes of a value of the project's own types: `as_ref`, `fmt`, `String::from`.
    fn conversions(&self, _site: Site, _value: &Value) -> Vec<FunctionId> {
        Vec::new()
    }
    /// The calls in the body of a function, in languages whose closures are followed.
    fn calls_in(&self, _id: FunctionId) -> Vec<Caller> {
        Vec::new()
    }
    /// The name of a parameter.
    fn parameter(&self, id: FunctionId, index: usize) -> Option<(String, Span)>;
    /// The function and position of the parameter that a name stands for, in languages where the analyzer
    /// does not tell.
    fn as_parameter(&self, _site: Site, _name: &Name) -> Option<(usize, usize)> {
        None
    }
    /// Whether the program stops somewhere if the member of that name is empty.
    fn is_never_empty(&self, _site: Site, _member: &str) -> bool {
        false
    }
    /// Whether a method is called like one that reads an entry of a store by its name, in languages whose analyzer leaves
    /// that open.
    fn reads_store(&self, _method: &str) -> bool {
        false
    }
    /// Whether no types tell what members a parameter has, so that callers are asked, and what is read may be a section,
    /// whose members are read with it.
    fn is_untyped(&self) -> bool {
        false
    }
    /// What a parameter is where nobody in sight gives it anything: the default of an option that it is filled from.
    fn unfilled(&self, _id: FunctionId, _parameter: usize) -> Vec<Definition<'_>> {
        Vec::new()
    }
    /// What code gives the members of an object one by one, where any of them may be meant: `keys["one"] = …`.
    fn entries(&self, _site: Site, _base: &Value) -> Vec<Definition<'_>> {
        Vec::new()
    }
    /// The members that a constructor gives what it is given, by their names and the parameters' positions.
    fn members_given(&self, _constructor: FunctionId) -> Vec<(&str, usize)> {
        Vec::new()
    }
    /// What the code at a site is for, by its path and by the code around it.
    fn setting(&self, site: Site) -> Setting;
}

/// The function being looked into, and what it was given.
#[derive(Clone, Copy)]
struct Frame<'f> {
    site: Site,
    given: Option<&'f Given<'f>>,
}

impl<'f> Frame<'f> {
    /// Where a definition stands: if that is in the function of `within`, it sees what that was given.
    fn of(definition: &Definition<'_>, within: Option<Frame<'f>>) -> Self {
        let site = definition.site;
        let within = within.filter(|frame| site.is_beside(frame.site));
        Self { site, given: within.and_then(|frame| frame.given) }
    }

    /// The same place as a part of this function, which may stand around it: of that one nobody knows what it was given.
    fn around(self, function: usize) -> Self {
        let given = self.given.filter(|_| self.site.function == Some(function));
        Self { site: Site { function: Some(function), ..self.site }, given }
    }

    /// The function.
    fn function(&self) -> Option<FunctionId> {
        Some(FunctionId { file: self.site.file, index: self.site.function? })
    }
}

struct Given<'f> {
    arguments: &'f [Argument],
    receiver: Option<&'f Value>,
    caller: Frame<'f>,
}

/// Looks into a value on the way.
type Look<'l, 'w, W> = dyn FnMut(&mut Evaluator<'w, W>, &Value, Frame<'_>) -> Option<Vec<Trace>> + 'l;
/// Looks into a record on the way.
type LookRecord<'l, 'w, W> = dyn FnMut(&mut Evaluator<'w, W>, &Record, Frame<'_>) -> Option<Vec<Trace>> + 'l;

/// Answers where values come from.
pub struct Evaluator<'w, W: World> {
    world: &'w W,
    budget: usize,
    depth: usize,
    way: Vec<(FileId, Span)>,
}

impl<'w, W: World> Evaluator<'w, W> {
    /// An evaluator over a world.
    pub fn new(world: &'w W) -> Self {
        Self { world, budget: 0, depth: 0, way: Vec::new() }
    }

    /// The ways that lead from constants and reads to `value` at `site`.
    pub fn trace(&mut self, value: &Value, site: Site) -> Vec<Trace> {
        self.traced(value, site, Self::eval)
    }

    /// The same for a value that is to be bytes: one of a type of the project's own, of which nothing is in sight, is what
    /// the type makes of itself (`Deref`, `AsRef`).
    pub fn trace_bytes(&mut self, value: &Value, site: Site) -> Vec<Trace> {
        let traces = self.trace(value, site);
        if traces.is_empty() { self.traced(value, site, Self::converted) } else { traces }
    }

    fn traced(
        &mut self,
        value: &Value,
        site: Site,
        look: impl FnOnce(&mut Self, &Value, Frame<'_>) -> Vec<Trace>,
    ) -> Vec<Trace> {
        self.budget = BUDGET;
        self.depth = 0;
        self.way.clear();
        let setting = self.world.setting(site);
        let mut traces = look(self, value, Frame { site, given: None });
        for trace in &mut traces {
            trace.setting = trace.setting.max(setting);
        }
        traces
    }

    fn eval(&mut self, value: &Value, frame: Frame<'_>) -> Vec<Trace> {
        let mut traces = self.deeper(|evaluator| Some(evaluator.eval_inner(value, frame))).unwrap_or_default();
        if traces.len() > MOST_TRACES {
            traces = distinct(traces);
            // What runs must not be lost among what tests hand over.
            traces.sort_by_key(|trace| trace.setting);
            traces.truncate(MOST_TRACES);
        }
        traces
    }

    /// One step further, if there is a step left.
    fn deeper<T>(&mut self, look: impl FnOnce(&mut Self) -> Option<T>) -> Option<T> {
        if self.budget == 0 || self.depth >= DEEPEST {
            return None;
        }
        self.budget -= 1;
        self.depth += 1;
        let found = look(self);
        self.depth -= 1;
        found
    }

    /// Looks on from a place, unless the way has come through it.
    fn through<T>(&mut self, place: (FileId, Span), look: impl FnOnce(&mut Self) -> T) -> Option<T> {
        if self.way.contains(&place) {
            return None;
        }
        self.way.push(place);
        let found = look(self);
        self.way.pop();
        Some(found)
    }

    fn eval_inner(&mut self, value: &Value, frame: Frame<'_>) -> Vec<Trace> {
        let file = frame.site.file;
        match value {
            Value::Literal(literal) => vec![Trace::new(Source::Literal(literal.secret.clone()), file, literal.span)],
            Value::Env(read) => vec![Trace::new(
                Source::Read { name: read.name.clone(), compile_time: read.compile_time },
                file,
                read.span,
            )],
            Value::Embed(embed) => vec![Trace::new(Source::File(embed.path.clone()), file, embed.span)],
            Value::Fallback { primary, default } => self.fallback(primary, default, frame),
            Value::AnyOf(values) => values.iter().flat_map(|value| self.eval(value, frame)).collect(),
            Value::Concat(parts) => self.concat(parts, frame),
            Value::Decoded(encoding, value) => {
                let mut traces = self.eval(value, frame);
                traces.iter_mut().for_each(|trace| trace.encodings.push(*encoding));
                traces
            }
            Value::Within(setting, value) => {
                let mut traces = self.eval(value, frame);
                traces.iter_mut().for_each(|trace| trace.setting = trace.setting.max(*setting));
                traces
            }
            Value::Via(via) => {
                let traces = self.eval(&via.value, frame);
                stepped(traces, file, via.span, || format!("local `{}`", via.name))
            }
            Value::Closure(value) => self.eval(value, frame),
            Value::Case(case) if self.is_ruled_out(case, frame) => Vec::new(),
            Value::Case(case) => self.eval(&case.value, frame),
            Value::Name(name) => match self.world.as_parameter(frame.site, name) {
                Some((function, index)) => self.parameter(index, frame.around(function)),
                None => {
                    let definitions = self.world.definitions(frame.site, name);
                    if let ([only], Some(_)) = (definitions.as_slice(), frame.given)
                        && *only.value == Value::This
                        && only.site.is_beside(frame.site)
                    {
                        // What an extension calls its receiver.
                        return self.eval(&Value::This, frame);
                    }
                    // `Season`, a struct without fields, `Season::Winter`.
                    if definitions.is_empty() {
                        self.converted(value, frame)
                    } else {
                        self.definitions_within(definitions, Some(frame))
                    }
                }
            },
            Value::Field(base, member, _) => self.member(base, member, frame),
            Value::Call(call) => self.call(call, frame),
            Value::Handed(handed) => {
                let look: &mut Look<'_, 'w, W> = &mut |evaluator, value, frame| Some(evaluator.eval(value, frame));
                self.handed(handed, frame, look).unwrap_or_default()
            }
            Value::Param(index) => self.parameter(*index, frame),
            Value::Record(record) => {
                let traces = self.newtype(record, frame);
                if traces.is_empty() { self.converted(value, frame) } else { traces }
            }
            Value::This => match frame.given {
                Some(Given { receiver: Some(receiver), caller, .. }) => self.eval(receiver, *caller),
                Some(_) => Vec::new(),
                None => self.receivers(frame),
            },
            Value::Random | Value::Never | Value::Unknown => Vec::new(),
        }
    }

    fn fallback(&mut self, primary: &Value, default: &Value, frame: Frame<'_>) -> Vec<Trace> {
        // The default first: what many callers give may use up the budget.
        let mut defaults = self.eval(default, frame);
        let mut traces = self.eval(primary, frame);
        let read = traces.iter().find_map(Trace::read_name);
        for trace in &mut defaults {
            if trace.is_constant() && trace.instead_of.is_none() {
                trace.instead_of = Some(read.clone().flatten());
            }
        }
        traces.append(&mut defaults);
        traces
    }

    /// Parts of a text: constant as a whole, or a constant bulk with something added.
    fn concat(&mut self, parts: &[Value], frame: Frame<'_>) -> Vec<Trace> {
        let mut whole: Option<Trace> = None;
        let mut longest = 0;
        let mut others = Vec::new();
        let mut all_constant = true;
        for part in parts {
            let traces = self.eval(part, frame);
            let mut constant = false;
            for trace in traces {
                match (&trace.source, &mut whole) {
                    (Source::Literal(_), None) if !constant => {
                        constant = true;
                        longest = trace.length();
                        whole = Some(trace);
                    }
                    (Source::Literal(more), Some(so_far)) if !constant => {
                        constant = true;
                        so_far.append(more);
                        // The longest part is the secret: what stands before it under a name is most often that of the
                        // program. Of texts side by side the first is the place.
                        let is_elsewhere = trace.steps != so_far.steps && trace.instead_of == so_far.instead_of;
                        if more.len() > longest && is_elsewhere {
                            longest = more.len();
                            so_far.move_to(trace);
                        }
                    }
                    _ => others.push(trace),
                }
            }
            all_constant &= constant;
        }
        if let Some(whole) = whole
            && (all_constant || whole.length() >= BULK)
        {
            others.push(whole);
        }
        others
    }

    /// What a definition is for: a member is written where somebody hands a value over, a name where it stands.
    fn setting_of(&self, definition: &Definition<'_>) -> Setting {
        if definition.of_type { self.world.setting(definition.site) } else { definition.site.setting }
    }

    fn definitions(&mut self, definitions: Vec<Definition<'_>>) -> Vec<Trace> {
        self.definitions_within(definitions, None)
    }

    /// The same, of which some may stand in the function that is looked into: they know what that was given.
    fn definitions_within(&mut self, definitions: Vec<Definition<'_>>, frame: Option<Frame<'_>>) -> Vec<Trace> {
        let mut found = Vec::new();
        let mut read: Option<(Site, Option<String>)> = None;
        let filled = Filled::among(&definitions);
        // What is given in one place only has its value from there.
        let several = definitions.len() > 1;
        for definition in definitions {
            if definition.value.is_empty_text() && filled.as_ref().is_some_and(|filled| filled.after(&definition)) {
                continue;
            }
            let place = (definition.site.file, definition.span);
            if self.way.contains(&place) {
                continue;
            }
            self.way.push(place);
            let mut traces = self.eval(&definition.value, Frame::of(&definition, frame));
            self.way.pop();
            if !definition.of_type {
                let name = traces.iter().find_map(Trace::read_name);
                read = read.or_else(|| name.map(|name| (definition.site, name)));
            }
            let setting = self.setting_of(&definition);
            for trace in &mut traces {
                trace.setting = trace.setting.max(setting);
                trace.guesses += usize::from(definition.is_guess);
                trace.is_open |= definition.is_guess && several;
                if definition.is_default && trace.is_constant() && trace.instead_of.is_none() {
                    trace.instead_of = Some(None);
                }
            }
            let traces = stepped(traces, place.0, place.1, || definition.note.clone());
            found.extend(traces.into_iter().map(|trace| (definition.site, trace)));
        }
        // `except KeyError: key = "…"`: what stands beside a read is there for when that gives nothing.
        let stands_in = |(site, mut trace): (Site, Trace)| {
            if let Some((_, name)) = read.as_ref().filter(|(beside, _)| beside.is_beside(site))
                && trace.is_constant()
                && trace.instead_of.is_none()
            {
                trace.instead_of = Some(name.clone());
            }
            trace
        };
        found.into_iter().map(stands_in).collect()
    }

    /// A member: of a value whose members can be seen, else of its type.
    fn member(&mut self, base: &Value, member: &str, frame: Frame<'_>) -> Vec<Trace> {
        if member == selector::JOINED {
            return self.joined(base, frame).unwrap_or_else(|| self.eval(base, frame));
        }
        let mut is_blank = false;
        let seen = self.at_member(base, member, frame, &mut |evaluator, value, frame| {
            let traces = evaluator.eval(value, frame);
            is_blank |= holds_nothing(value);
            Some(traces)
        });
        match seen {
            // What a static holds may be given another value by its type's members.
            Some(traces) if traces.is_empty() && is_static(base) && !selector::is_structural(member) => {}
            Some(mut traces) if member == selector::SOME => {
                traces.append(&mut self.definitions(self.world.entries(frame.site, base)));
                return traces;
            }
            // Given a value in one case only: in the others it is what its type's members are.
            Some(mut traces) if lacks(base, member) => {
                traces.append(&mut self.definitions(self.world.members(frame.site, base, member)));
                return traces;
            }
            // Empty where the value is made, and filled by its type's own code: `config.apply_environment()`.
            Some(traces)
                if (is_blank || !traces.is_empty())
                    && !(self.world.is_untyped() || selector::is_structural(member))
                    && traces.iter().all(Trace::is_empty_text) =>
            {
                let mut filled = self.definitions(self.world.members(frame.site, base, member));
                filled.retain(|trace| !trace.is_empty_text());
                return if filled.is_empty() { traces } else { filled };
            }
            Some(traces) if !(traces.is_empty() && member == selector::EACH) => return traces,
            // Of what is no list the only element is itself.
            _ if member == selector::EACH => return self.eval(base, frame),
            _ if member == selector::SOME => return self.definitions(self.world.entries(frame.site, base)),
            _ if selector::is_structural(member) => return Vec::new(),
            _ => {}
        }
        let world = self.world;
        if let (Value::Param(index), None) = (base, frame.given)
            && member.bytes().all(|byte| byte.is_ascii_digit())
        {
            // A position of a tuple that callers give.
            let given = self.given_by_callers(*index, frame, |evaluator, given, frame| {
                let look: &mut Look<'_, 'w, W> = &mut |evaluator, value, frame| Some(evaluator.eval(value, frame));
                evaluator.at_member(given, member, frame, look).unwrap_or_default()
            });
            if !given.is_empty() {
                return given;
            }
        }
        let made = match base {
            Value::Name(_) | Value::Call(_) | Value::Field(..) if frame.given.is_none() => {
                self.instance_of(base, frame.site, INSTANCE_STEPS)
            }
            _ => None,
        };
        if let Some((site, class)) = made {
            let traces = self.definitions(world.members(site, &class, member));
            if !traces.is_empty() {
                return traces;
            }
        }
        let traces = self.definitions(world.members(frame.site, base, member));
        let traces = match base {
            // The type of a member says nothing where it is a parameter of the type around; what it is given does.
            Value::Field(inner, outer, _) if self.is_open(&traces) && !selector::is_structural(outer) => {
                let given = world.members(frame.site, inner, outer);
                let found = self.at_definitions(given, None, &mut |evaluator, record, frame| {
                    let selected = selector::select(record, member);
                    (!selected.is_empty())
                        .then(|| selected.into_iter().flat_map(|(value, _)| evaluator.eval(value, frame)).collect())
                });
                found.filter(|found| !found.is_empty()).unwrap_or(traces)
            }
            _ => traces,
        };
        self.with_section(traces, base, member, frame)
    }

    /// The elements of a list that is written out elsewhere, as one text: `LINES.join("\n")`.
    fn joined(&mut self, list: &Value, frame: Frame<'_>) -> Option<Vec<Trace>> {
        self.at_record(list, frame, &mut |evaluator, record, frame| {
            selector::is_list(record).then(|| {
                let parts: Vec<Value> = record.fields.iter().map(|field| field.value.clone()).collect();
                evaluator.concat(&parts, frame)
            })
        })
    }

    /// Whether nothing is known of a value but, at most, that settings may give it.
    fn is_open(&self, traces: &[Trace]) -> bool {
        traces.iter().all(|trace| self.world.is_untyped() && trace.read_name().is_some())
    }

    /// Adds what is read below a section of the settings that is read as a whole: `config.get('gate').material`.
    fn with_section(&mut self, mut traces: Vec<Trace>, base: &Value, member: &str, frame: Frame<'_>) -> Vec<Trace> {
        let is_section = self.world.is_untyped() && !selector::is_structural(member);
        if !is_section || traces.iter().any(|trace| trace.read_name().is_none()) {
            return traces;
        }
        let sections = self.eval(base, frame);
        traces.extend(sections.into_iter().filter_map(|trace| {
            let Source::Read { name: Some(section), compile_time } = &trace.source else { return None };
            let source = Source::Read { name: Some(format!("{section}.{member}")), compile_time: *compile_time };
            Some(Trace { source, ..trace })
        }));
        traces
    }

    /// The class that a value is a new object of, through names and the functions that make it, and where it is named.
    fn instance_of(&self, value: &Value, site: Site, steps: usize) -> Option<(Site, Value)> {
        let steps = steps.checked_sub(1)?;
        match value {
            Value::Name(name) => {
                let found = self.world.definitions(site, name);
                // The class itself, where something before said that the value is one of it.
                let is_class = || steps < INSTANCE_STEPS - 1 && is_called_like_class(name);
                let class = (found.is_empty() && is_class()).then(|| (site, value.clone()));
                class.or_else(|| found.iter().find_map(|one| self.instance_of(&one.value, one.site, steps)))
            }
            Value::AnyOf(values) => values.iter().find_map(|value| self.instance_of(value, site, steps)),
            Value::Field(of, member, _) if self.world.is_untyped() => {
                let (site, class) = self.instance_of(of, site, steps)?;
                let found = self.world.members(site, &class, member);
                found.iter().find_map(|one| self.instance_of(&one.value, one.site, steps))
            }
            Value::Call(call) => {
                let made = self.world.callees(site, &call.callee).into_iter().find_map(|id| {
                    let function = self.world.function(id)?;
                    self.instance_of(function.result, function.site, steps)
                });
                made.or_else(|| match &call.callee {
                    Callee::Path(name) if steps < INSTANCE_STEPS - 1 => {
                        is_called_like_class(name).then(|| (site, Value::Name(Arc::new(name.clone()))))
                    }
                    _ => None,
                })
            }
            _ => None,
        }
    }

    /// What `look` finds at a member of the record, list or map that `base` stands for, if that can be seen.
    fn at_member(
        &mut self,
        base: &Value,
        member: &str,
        frame: Frame<'_>,
        look: &mut Look<'_, 'w, W>,
    ) -> Option<Vec<Trace>> {
        let at_one: &mut LookRecord<'_, 'w, W> = &mut |evaluator, record, frame| {
            let selected = selector::select(record, member);
            if selected.is_empty() {
                return match &record.rest {
                    Some(rest) => evaluator.at_member(rest, member, frame, look),
                    None if selector::is_structural(member) && selector::is_list(record) => Some(Vec::new()),
                    None => None,
                };
            }
            let mut found: Option<Vec<Trace>> = None;
            for (value, span) in selected {
                if let Some(mut traces) = look(evaluator, value, frame) {
                    let is_empty = |trace: &Trace| trace.instead_of.is_some() && trace.is_empty_text();
                    // An empty default that the program stops for.
                    if traces.iter().any(is_empty) && evaluator.world.is_never_empty(frame.site, member) {
                        traces.retain(|trace| !is_empty(trace));
                    }
                    let named = span.filter(|_| !selector::is_structural(member));
                    let traces = match named {
                        Some(span) => {
                            let name = selector::plain(member);
                            stepped(traces, frame.site.file, span, || format!("field `{name}`"))
                        }
                        None => traces,
                    };
                    found.get_or_insert_default().extend(traces);
                }
            }
            found
        };
        match (base, frame.given) {
            // No type says what a map holds that callers give.
            (Value::Param(index), None) if selector::is_entry(member) => self.at_given(*index, frame, at_one),
            _ => self.at_record(base, frame, at_one),
        }
    }

    /// What `look` finds in the records that `base` stands for; `None` if there is none in sight.
    fn at_record(&mut self, base: &Value, frame: Frame<'_>, look: &mut LookRecord<'_, 'w, W>) -> Option<Vec<Trace>> {
        self.deeper(|evaluator| evaluator.at_record_inner(base, frame, look))
    }

    fn at_record_inner(
        &mut self,
        base: &Value,
        frame: Frame<'_>,
        look: &mut LookRecord<'_, 'w, W>,
    ) -> Option<Vec<Trace>> {
        match base {
            Value::Record(record) => look(self, record, frame),
            Value::Via(via) => self.at_record(&via.value, frame, look),
            Value::Within(setting, value) => {
                let mut found = self.at_record(value, frame, look);
                found.iter_mut().flatten().for_each(|trace| trace.setting = trace.setting.max(*setting));
                found
            }
            Value::Closure(value) => self.at_record(value, frame, look),
            Value::Case(case) if self.is_ruled_out(case, frame) => Some(Vec::new()),
            Value::Case(case) => self.at_record(&case.value, frame, look),
            Value::Fallback { primary, default } => {
                let first = self.at_record(primary, frame, look);
                let second = self.at_record(default, frame, look);
                match (first, second) {
                    (Some(first), Some(second)) => Some([first, second].concat()),
                    (first, second) => first.or(second),
                }
            }
            Value::AnyOf(values) => {
                let found: Vec<Vec<Trace>> =
                    values.iter().filter_map(|value| self.at_record(value, frame, look)).collect();
                (!found.is_empty()).then(|| found.concat())
            }
            Value::Field(inner, member, _) => {
                let seen = self.at_member(inner, member, frame, &mut |evaluator, value, frame| {
                    evaluator.at_record(value, frame, look)
                });
                match seen {
                    None if !selector::is_structural(member) => {
                        let definitions = self.world.members(frame.site, inner, member);
                        let untyped = self.world.is_untyped();
                        let is_seen = |one: &Definition<'_>| {
                            selector::holds_list(&one.value) || untyped && matches!(*one.value, Value::Call(_))
                        };
                        let seen = definitions.into_iter().filter(is_seen).collect();
                        self.at_definitions(seen, None, look)
                    }
                    None if member == selector::EACH => match (&**inner, frame.given) {
                        (Value::Param(index), None) => {
                            let given = self.given_by_callers(*index, frame, |evaluator, given, frame| {
                                let each = Value::Field(Arc::new(given.clone()), member.clone(), Span::new(0, 0));
                                evaluator.at_record(&each, frame, look).unwrap_or_default()
                            });
                            (!given.is_empty()).then_some(given)
                        }
                        _ => self.at_record(inner, frame, look),
                    },
                    seen => seen,
                }
            }
            Value::Name(name) => {
                let world = self.world;
                let found = self.at_definitions(world.definitions(frame.site, name), Some(frame), look);
                match world.as_parameter(frame.site, name).filter(|_| found.is_none()) {
                    Some((function, index)) => self.at_record_inner(&Value::Param(index), frame.around(function), look),
                    None => found,
                }
            }
            Value::Call(call) => self.at_result(call, frame, look),
            Value::Handed(handed) => {
                self.handed(handed, frame, &mut |evaluator, value, frame| evaluator.at_record(value, frame, look))
            }
            Value::Param(index) => match frame.given {
                Some(given) => self.at_record(&given.arguments.get(*index)?.value, given.caller, look),
                None if self.world.is_untyped() => self.at_given(*index, frame, look),
                None => None,
            },
            Value::This => {
                let given = frame.given?;
                self.at_record(given.receiver?, given.caller, look)
            }
            _ => None,
        }
    }

    fn at_definitions(
        &mut self,
        definitions: Vec<Definition<'_>>,
        frame: Option<Frame<'_>>,
        look: &mut LookRecord<'_, 'w, W>,
    ) -> Option<Vec<Trace>> {
        let mut found: Option<Vec<Trace>> = None;
        for definition in definitions {
            let place = (definition.site.file, definition.span);
            if self.way.contains(&place) {
                continue;
            }
            self.way.push(place);
            let inner = Frame::of(&definition, frame);
            if let Some(mut traces) = self.at_record(&definition.value, inner, look) {
                let setting = self.setting_of(&definition);
                traces.iter_mut().for_each(|trace| trace.setting = trace.setting.max(setting));
                let traces = stepped(traces, place.0, place.1, || definition.note.clone());
                found.get_or_insert_default().extend(traces);
            }
            self.way.pop();
        }
        found
    }

    /// What `look` finds in the records that callers give for a parameter.
    fn at_given(&mut self, index: usize, frame: Frame<'_>, look: &mut LookRecord<'_, 'w, W>) -> Option<Vec<Trace>> {
        let given = self.given_by_callers(index, frame, |evaluator, given, frame| {
            evaluator.at_record(given, frame, look).unwrap_or_default()
        });
        (!given.is_empty()).then_some(given)
    }

    /// What callers give for a parameter, each argument looked into by `look`.
    fn given_by_callers(
        &mut self,
        index: usize,
        frame: Frame<'_>,
        look: impl FnMut(&mut Self, &Value, Frame<'_>) -> Vec<Trace>,
    ) -> Vec<Trace> {
        let world = self.world;
        let Some(id) = frame.function() else { return Vec::new() };
        let Some((name, span)) = world.parameter(id, index) else { return Vec::new() };
        let has_receiver = world.function(id).is_some_and(|function| function.has_receiver);
        let found = self.at_callers(
            id,
            span,
            |call| argument_for(given_to(call, has_receiver).1, index, &name).map(|argument| &argument.value),
            look,
        );
        stepped(found, id.file, span, || format!("parameter `{name}`"))
    }

    /// What a method is called on, where that itself is the value: `impl Sign for str`.
    fn receivers(&mut self, frame: Frame<'_>) -> Vec<Trace> {
        let Some(id) = frame.function() else { return Vec::new() };
        let Some(function) = self.world.function(id) else { return Vec::new() };
        let found = self.at_callers(id, function.span, |call| given_to(call, true).0, Self::eval);
        stepped(found, id.file, function.span, || format!("receiver of `{}`", function.name))
    }

    /// What `look` finds in what `pick` takes of each call of a function; `span` is where the way goes through.
    fn at_callers(
        &mut self,
        id: FunctionId,
        span: Span,
        pick: impl for<'c> Fn(&'c Call) -> Option<&'c Value>,
        mut look: impl FnMut(&mut Self, &Value, Frame<'_>) -> Vec<Trace>,
    ) -> Vec<Trace> {
        let look_at_all = |evaluator: &mut Self| {
            let world = evaluator.world;
            let mut found = Vec::new();
            let mut callers = world.callers(id);
            if callers.len() > MANY_CALLERS {
                callers.sort_by_cached_key(|caller| world.setting(caller.site));
            }
            for caller in callers {
                let Some(picked) = pick(&caller.call) else { continue };
                let mut traces = look(evaluator, picked, Frame { site: caller.site, given: None });
                let setting = world.setting(caller.site);
                traces.iter_mut().for_each(|trace| trace.setting = trace.setting.max(setting));
                found.extend(traces);
                if found.len() >= MOST_TRACES {
                    found = distinct(found);
                    if found.len() >= MOST_TRACES {
                        break;
                    }
                }
            }
            found
        };
        self.through((id.file, span), look_at_all).unwrap_or_default()
    }

    /// What `look` finds in the records that a call may return.
    fn at_result(&mut self, call: &Call, frame: Frame<'_>, look: &mut LookRecord<'_, 'w, W>) -> Option<Vec<Trace>> {
        let world = self.world;
        let mut found: Option<Vec<Trace>> = None;
        for id in world.callees(frame.site, &call.callee) {
            let Some(function) = world.function(id) else { continue };
            let given = |evaluator: &mut Self| evaluator.at_result_of(id, &function, call, frame, look);
            if let Some(traces) = self.through((id.file, function.span), given).flatten() {
                found.get_or_insert_default().extend(traces);
            }
        }
        if found.is_some() {
            return found;
        }
        let named = call.arguments.iter().filter_map(|argument| {
            let (name, value) = (argument.label.clone()?, argument.value.clone());
            Some(RecordField { name, span: Span::new(0, 0), value })
        });
        let named: Vec<RecordField> = named.collect();
        if !named.is_empty() {
            // `Settings(seal: "…")` of a type that says no more.
            return look(self, &Record { type_name: None, fields: named, rest: None }, frame);
        }
        match &call.callee {
            Callee::Method(receiver, name) if is_handing_on(name) => self.at_record(receiver, frame, look),
            _ => None,
        }
    }

    /// The same of one function.
    fn at_result_of(
        &mut self,
        id: FunctionId,
        function: &FunctionView<'_>,
        call: &Call,
        frame: Frame<'_>,
        look: &mut LookRecord<'_, 'w, W>,
    ) -> Option<Vec<Trace>> {
        let (receiver, arguments) = given_to(call, function.has_receiver);
        let given = Given { arguments, receiver, caller: frame };
        let inner = Frame { site: function.site, given: Some(&given) };
        if let Some(traces) = self.at_record(function.result, inner, look) {
            return Some(stepped(traces, id.file, function.span, || format!("returned by `{}`", function.name)));
        }
        if !function.is_constructor {
            return None;
        }
        let world = self.world;
        let parameters = (0..MOST_PARAMETERS).map_while(|index| world.parameter(id, index)).enumerate();
        let given = world.members_given(id);
        let fields = |(index, (name, span)): (usize, (String, Span))| {
            let value = argument_for(arguments, index, &name).map(|argument| &argument.value);
            let called =
                given.iter().filter(move |(_, position)| *position == index).map(|(member, _)| (*member).to_owned());
            // What it is given are members of what it makes, where they are called alike.
            let names = called.chain([name]);
            value
                .into_iter()
                .flat_map(move |value| names.clone().map(move |name| RecordField { name, span, value: value.clone() }))
                .collect::<Vec<_>>()
        };
        look(self, &Record { type_name: None, fields: parameters.flat_map(fields).collect(), rest: None }, frame)
    }

    /// What `look` finds in the values that a function gives to a closure it was handed, or hands on.
    fn handed(&mut self, handed: &Handed, frame: Frame<'_>, look: &mut Look<'_, 'w, W>) -> Option<Vec<Trace>> {
        self.deeper(|evaluator| {
            let mut found: Option<Vec<Trace>> = None;
            for id in evaluator.world.callees(frame.site, &handed.call.callee) {
                let Some(function) = evaluator.world.function(id) else { continue };
                let place = (id.file, function.span);
                let given = |evaluator: &mut Self| evaluator.handed_by(id, &function, handed, frame, look);
                if let Some(mut traces) = evaluator.through(place, given).flatten() {
                    traces.iter_mut().for_each(|trace| trace.setting = trace.setting.max(function.site.setting));
                    let traces = stepped(traces, place.0, place.1, || format!("given by `{}`", function.name));
                    found.get_or_insert_default().extend(traces);
                }
            }
            found
        })
    }

    /// The same of one function.
    fn handed_by(
        &mut self,
        id: FunctionId,
        function: &FunctionView<'_>,
        handed: &Handed,
        frame: Frame<'_>,
        look: &mut Look<'_, 'w, W>,
    ) -> Option<Vec<Trace>> {
        let (receiver, arguments) = given_to(&handed.call, function.has_receiver);
        let index = handed.argument.checked_sub(handed.call.arguments.len() - arguments.len())?;
        let given = Given { arguments, receiver, caller: frame };
        let mut found: Option<Vec<Trace>> = None;
        for inner in self.world.calls_in(id) {
            let site = Frame { site: inner.site, given: Some(&given) };
            let traces = if is_call_of(&inner.call, index) {
                let argument = inner.call.arguments.get(handed.position);
                argument.and_then(|argument| look(self, &argument.value, site))
            } else {
                let argument = inner.call.arguments.iter().position(|argument| is_parameter(&argument.value, index));
                argument.and_then(|argument| {
                    let handed_on = Handed { call: inner.call, argument, position: handed.position };
                    match &handed_on.call.callee {
                        // A method that is not in sight most often gives what it is called on: `SIGNER.with(sign)`.
                        Callee::Method(receiver, _)
                            if handed.position == 0
                                && self.world.callees(inner.site, &handed_on.call.callee).is_empty() =>
                        {
                            look(self, receiver, site)
                        }
                        _ => self.handed(&handed_on, site, look),
                    }
                })
            };
            if let Some(traces) = traces {
                found.get_or_insert_default().extend(traces);
            }
        }
        found
    }

    fn call(&mut self, call: &Call, frame: Frame<'_>) -> Vec<Trace> {
        let world = self.world;
        if let Callee::Method(callee, name) = &call.callee
            && name == CALLED
        {
            return self.eval(callee, frame);
        }
        let callees = world.callees(frame.site, &call.callee);
        if callees.is_empty() {
            let found = self.getter(call, frame);
            return if found.is_empty() { self.read_of_store(call, frame) } else { found };
        }
        let name_given = call.arguments.iter().find_map(|argument| environment_like(&argument.value));
        let given = |function: &FunctionView<'_>| given_to(call, function.has_receiver);
        let returned = callees.into_iter().flat_map(|id| self.returned(id, frame, given));
        let mut found: Vec<Trace> = returned.collect();
        found.iter_mut().for_each(|trace| trace.name_read(name_given.as_deref()));
        found
    }

    /// What a function returns that is given a receiver and arguments.
    fn returned<'g>(
        &mut self,
        id: FunctionId,
        frame: Frame<'_>,
        given: impl Fn(&FunctionView<'_>) -> (Option<&'g Value>, &'g [Argument]),
    ) -> Vec<Trace> {
        let Some(function) = self.world.function(id) else { return Vec::new() };
        let place = (id.file, function.span);
        let (receiver, arguments) = given(&function);
        let given = Given { arguments, receiver, caller: frame };
        let inner = Frame { site: function.site, given: Some(&given) };
        let Some(mut traces) = self.through(place, |evaluator| evaluator.eval(function.result, inner)) else {
            return Vec::new();
        };
        traces.iter_mut().for_each(|trace| trace.setting = trace.setting.max(function.site.setting));
        stepped(traces, place.0, place.1, || format!("returned by `{}`", function.name))
    }

    /// A method without a body in sight is a getter of the member of its name; `Type::from(x)` and the like wrap x.
    fn getter(&mut self, call: &Call, frame: Frame<'_>) -> Vec<Trace> {
        match &call.callee {
            Callee::Path(name) if call.arguments.is_empty() && self.world.is_untyped() => {
                // `seal()` of what `OnceValue(func…)` made.
                let mut found = self.world.definitions(frame.site, name);
                found.retain(|one| matches!(&*one.value, Value::Closure(_)));
                self.definitions(found)
            }
            Callee::Path(name)
                if call.arguments.len() == 1 && self.world.is_untyped() && !is_called_like_class(name) =>
            {
                // Scala: `keys(id)` of a map.
                let map = Value::Name(Arc::new(name.clone()));
                let look: &mut Look<'_, 'w, W> = &mut |evaluator, value, frame| Some(evaluator.eval(value, frame));
                self.at_member(&map, selector::SOME, frame, look).unwrap_or_default()
            }
            _ if !self.world.is_untyped() && is_read_with_default(call) => match call.arguments.as_slice() {
                [read, default, ..] => self.default_of_helper(&read.value, &default.value, frame),
                _ => Vec::new(),
            },
            Callee::Path(name) if is_wrapper(name) => match call.arguments.as_slice() {
                [only] => self.eval(&only.value, frame),
                _ => Vec::new(),
            },
            Callee::Method(receiver, name) if call.arguments.is_empty() => {
                let member = name.strip_prefix("get_").unwrap_or(name);
                // `OnceLock::get` and its like give what they hold.
                if is_handing_on(name) {
                    return self.eval(receiver, frame);
                }
                let traces = self.member(receiver, member, frame);
                // An entry of a map that is shared gives what it holds.
                if name == "value" && traces.is_empty() && !self.world.is_untyped() {
                    return self.eval(receiver, frame);
                }
                match names::property_of(name).filter(|_| traces.iter().all(|trace| trace.read_name().is_some())) {
                    Some(property) => self.member(receiver, &property, frame),
                    None => traces,
                }
            }
            // An element of a list, a value of a map.
            Callee::Method(receiver, name) if call.arguments.len() == 1 && is_lookup(name) => {
                let key = call.arguments.first().and_then(|argument| match &argument.value {
                    Value::Literal(key) if self.world.is_untyped() => key.secret.expose_str(),
                    _ => None,
                });
                let found = key.map_or_else(Vec::new, |key| self.member(receiver, key, frame));
                let any = if self.world.is_untyped() { selector::SOME } else { selector::ANY };
                if found.is_empty() { self.member(receiver, any, frame) } else { found }
            }
            _ => Vec::new(),
        }
    }

    /// What a method reads by a name that is not in sight: most likely one of a store.
    fn read_of_store(&mut self, call: &Call, frame: Frame<'_>) -> Vec<Trace> {
        let (Callee::Method(_, method), Some(Argument { value: Value::Literal(name), .. })) =
            (&call.callee, call.arguments.first())
        else {
            return Vec::new();
        };
        match name.secret.expose_str().filter(|_| self.world.reads_store(method)) {
            Some(text) => {
                let source = Source::Read { name: Some(text.to_owned()), compile_time: false };
                vec![Trace::new(source, frame.site.file, call.span)]
            }
            None => Vec::new(),
        }
    }

    /// Whether what is compared is known, and none of what the case is for.
    fn is_ruled_out(&mut self, case: &Case, frame: Frame<'_>) -> bool {
        if frame.given.is_none() {
            return false;
        }
        let given = self.eval(&case.of, frame);
        let text = |trace: &Trace| match &trace.source {
            Source::Literal(secret) => secret.expose_str().map(str::to_owned),
            _ => None,
        };
        let texts: Option<Vec<String>> = given.iter().map(text).collect();
        texts.is_some_and(|texts| {
            !texts.is_empty() && texts.iter().all(|text| case.texts.contains(text) != case.is_among)
        })
    }

    /// What a helper gives that is not in sight, where what it reads is not there.
    fn default_of_helper(&mut self, read: &Value, default: &Value, frame: Frame<'_>) -> Vec<Trace> {
        let name = match read {
            Value::Literal(name) => name.secret.expose_str().map(str::to_owned),
            _ => None,
        };
        let mut traces = self.eval(default, frame);
        traces.retain(|trace| !trace.is_empty_text());
        for trace in traces.iter_mut().filter(|trace| trace.is_constant() && trace.instead_of.is_none()) {
            trace.instead_of = Some(name.clone());
        }
        traces
    }

    fn parameter(&mut self, index: usize, frame: Frame<'_>) -> Vec<Trace> {
        if let Some(given) = frame.given {
            // `env_or("X", "")`: a helper that is given nothing most often stops, or tells; the empty key is not proven.
            return match given.arguments.get(index) {
                Some(argument) => {
                    let mut traces = self.eval(&argument.value, given.caller);
                    traces.retain(|trace| !trace.is_empty_text());
                    traces
                }
                None => Vec::new(),
            };
        }
        let given = self.given_by_callers(index, frame, Self::eval);
        match frame.function() {
            Some(id) if given.is_empty() => self.definitions(self.world.unfilled(id, index)),
            _ => given,
        }
    }

    /// The text or bytes that a value of one of the project's own types becomes.
    fn converted(&mut self, value: &Value, frame: Frame<'_>) -> Vec<Trace> {
        let arguments = [Argument { label: None, value: value.clone() }];
        let functions = self.world.conversions(frame.site, value).into_iter();
        functions.flat_map(|id| self.returned(id, frame, |_| (Some(value), &arguments))).collect()
    }

    /// A value wrapped in a type of one member stands for that member.
    fn newtype(&mut self, record: &Record, frame: Frame<'_>) -> Vec<Trace> {
        match record.fields.as_slice() {
            [field] if record.rest.is_none() && record.type_name.is_some() => self.eval(&field.value, frame),
            // A list of which an element is taken, a result that only has its type added.
            fields if selector::is_list(record) => {
                fields.iter().flat_map(|field| self.eval(&field.value, frame)).collect()
            }
            [] => record.rest.as_ref().map(|rest| self.eval(rest, frame)).unwrap_or_default(),
            _ => Vec::new(),
        }
    }
}

fn is_called_like_class(name: &Name) -> bool {
    name.segments.last().is_some_and(|last| last.starts_with(char::is_uppercase))
}

/// Whether a value is nothing yet: `None`, `String::new()`, `Default::default()`.
fn holds_nothing(value: &Value) -> bool {
    match value {
        Value::Never => true,
        Value::Call(call) => match &call.callee {
            Callee::Path(name) => {
                let is_new = name.segments.last().is_some_and(|last| last == "new" || last == "default");
                is_new && call.arguments.is_empty()
            }
            Callee::Method(..) => false,
        },
        _ => false,
    }
}

/// Whether a value is that of a constant or static by its name.
fn is_static(value: &Value) -> bool {
    match value {
        Value::Name(name) => {
            name.segments.last().is_some_and(|last| !last.contains(|letter: char| letter.is_ascii_lowercase()))
        }
        Value::Via(via) => is_static(&via.value),
        _ => false,
    }
}

/// Whether a call is one of a parameter: `callback(key)`.
fn is_call_of(call: &Call, index: usize) -> bool {
    matches!(&call.callee, Callee::Method(callee, name) if name == CALLED && is_parameter(callee, index))
}

fn is_parameter(value: &Value, index: usize) -> bool {
    match value {
        Value::Param(own) => *own == index,
        Value::Via(via) => is_parameter(&via.value, index),
        _ => false,
    }
}

/// Where the first and the last definition stand that are more than an empty text: what is empty before it is filled is
/// a place for a secret.
struct Filled {
    first: (FileId, usize),
    last: (FileId, usize),
}

impl Filled {
    fn among(definitions: &[Definition<'_>]) -> Option<Self> {
        let filled = || definitions.iter().filter(|one| !one.value.is_empty_text()).map(Definition::position);
        Some(Self { first: filled().min()?, last: filled().max()? })
    }

    /// Whether a definition is filled later in its file, or in another one.
    fn after(&self, definition: &Definition<'_>) -> bool {
        let (file, start) = definition.position();
        self.first.0 != file || self.last.0 != file || self.last.1 > start
    }
}

/// What constructors are called, where they are not called like their class.
pub(super) const CONSTRUCTORS: [&str; 5] = ["constructor", "__init__", "initialize", "__construct", "init"];
/// Names and functions between an object and the place that makes it.
const INSTANCE_STEPS: usize = 5;
/// Parameters of a constructor that may be members of what it makes.
const MOST_PARAMETERS: usize = 16;

/// A constructor that by its name only changes the type.
fn is_wrapper(name: &Name) -> bool {
    const NAMES: [&str; 11] = [
        "from",
        "new",
        "from_str",
        "try_from",
        "from_string",
        "from_bytes",
        "from_slice",
        "from_vec",
        "from_static",
        // Of a MAC by the alias of its type.
        "new_from_slice",
        "new_varkey",
    ];
    match name.segments.as_slice() {
        [.., owner, function] => {
            owner.starts_with(|c: char| c.is_ascii_uppercase())
                && !owner.starts_with("Path")
                && NAMES.contains(&function.as_str())
        }
        _ => false,
    }
}

/// Whether a value may be one of a known type to which the code in sight gives no such member.
fn lacks(value: &Value, member: &str) -> bool {
    if selector::is_structural(member) {
        return false;
    }
    match value {
        Value::Via(via) => lacks(&via.value, member),
        Value::AnyOf(values) => values.iter().any(|value| match value {
            Value::Record(record) => record.rest.is_some() && selector::select(record, member).is_empty(),
            _ => false,
        }),
        _ => false,
    }
}

/// Whether a call says by its name that it reads something with a default, and by its first argument what:
/// `env_or("JWT_SECRET", "…")`, `get_or_default("jwt.secret", "…")`.
fn is_read_with_default(call: &Call) -> bool {
    let [Argument { value: Value::Literal(read), .. }, default, ..] = call.arguments.as_slice() else { return false };
    let name = match &call.callee {
        Callee::Path(name) => name.segments.last(),
        Callee::Method(_, name) => Some(name),
    };
    let names_secret = |text: &str| names::classify(&text.split(['.', '/']).collect::<Vec<_>>()) == NameClass::Secret;
    name.is_some_and(|name| has_default(name))
        && read.secret.expose_str().is_some_and(|text| is_name_of_variable(text) || names_secret(text))
        // Another variable is asked.
        && environment_like(&default.value).is_none()
}

/// Whether the name of a function ends in what is given instead: `var_or`, `env_or_default`, `get_with_fallback`; not
/// `env_or_panic`, `env_or_file`.
fn has_default(name: &str) -> bool {
    const INSTEAD: [&str; 7] = ["or", "default", "fallback", "else", "value", "string", "str"];
    let mut words = name.split('_').skip_while(|word| !INSTEAD[..3].contains(word));
    words.next().is_some() && words.all(|word| INSTEAD.contains(&word))
}

/// Methods that give what they are called on.
fn is_handing_on(method: &str) -> bool {
    method == "get" || selector::HANDING_ON.contains(&method)
}

/// Methods that give an entry of a map or list by its key.
fn is_lookup(method: &str) -> bool {
    matches!(
        method,
        "get" | "get_mut" | "remove" | "get_key_value" | "swap_remove" | "at" | "fetch" | "getValue" | "getOrThrow"
    )
}

/// The receiver and the other arguments of a call; `Type::method(receiver, …)` has them in one list.
fn given_to(call: &Call, has_receiver: bool) -> (Option<&Value>, &[Argument]) {
    match (&call.callee, call.arguments.split_first()) {
        (Callee::Method(receiver, _), _) => (Some(receiver), &call.arguments),
        (Callee::Path(_), Some((first, rest))) if has_receiver => (Some(&first.value), rest),
        (Callee::Path(_), _) => (None, &call.arguments),
    }
}

/// The argument at a position, or under the parameter's name.
fn argument_for<'a>(arguments: &'a [Argument], index: usize, name: &str) -> Option<&'a Argument> {
    arguments
        .iter()
        .find(|argument| argument.label.as_deref() == Some(name))
        .or_else(|| arguments.get(index).filter(|argument| argument.label.is_none()))
}

/// A literal that names an environment variable, given to a helper that reads it.
fn environment_like(value: &Value) -> Option<String> {
    match value {
        Value::Literal(literal) => {
            literal.secret.expose_str().filter(|text| is_name_of_variable(text)).map(str::to_owned)
        }
        Value::Via(via) => environment_like(&via.value),
        _ => None,
    }
}

fn is_name_of_variable(text: &str) -> bool {
    text.len() > 2 && names::is_shouted(text) && text.starts_with(|c: char| c.is_ascii_uppercase())
}

fn stepped(mut traces: Vec<Trace>, file: FileId, span: Span, note: impl Fn() -> String) -> Vec<Trace> {
    if span.end() > span.start() {
        for trace in &mut traces {
            trace.steps.push(Step { file, span, note: note() });
        }
    }
    traces
}
