//! The methods that a file gives its own types: one that is called `load` or `get` does what its body says, not what
//! the standard library's do.

use rustc_hash::{FxHashMap, FxHashSet};
use syn::{ImplItem, Item, Signature, TraitItem};

use super::literal::type_ref;
use super::table::table;

/// The methods of a file's types and traits, and the constants that are of such a type.
#[derive(Debug, Default, Clone)]
pub struct OwnMethods {
    /// The types and traits that have a method, by its name.
    owners: FxHashMap<String, FxHashSet<String>>,
    constants: FxHashMap<String, String>,
}

impl OwnMethods {
    /// Those of these items, and of the modules among them.
    pub fn of(items: &[Item]) -> Self {
        let mut own = Self::default();
        own.add_items(items);
        let Self { owners, constants } = &mut own;
        constants.retain(|_, of| owners.values().any(|owners| owners.contains(of)));
        own
    }

    fn add_items(&mut self, items: &[Item]) {
        for item in items {
            match item {
                Item::Impl(item) => {
                    let of_trait = item.trait_.as_ref().and_then(|(path, _)| path.segments.last());
                    if of_trait.is_some_and(|name| table().is_std_trait(&name.ident.to_string())) {
                        continue;
                    }
                    let signatures = item.items.iter().filter_map(|item| match item {
                        ImplItem::Fn(function) => Some(&function.sig),
                        _ => None,
                    });
                    self.add(type_ref(&item.self_ty).path.pop(), signatures);
                }
                Item::Trait(item) => {
                    let signatures = item.items.iter().filter_map(|item| match item {
                        TraitItem::Fn(function) => Some(&function.sig),
                        _ => None,
                    });
                    self.add(Some(item.ident.to_string()), signatures);
                }
                Item::Const(item) => self.add_constant(&item.ident, &item.ty),
                Item::Static(item) => self.add_constant(&item.ident, &item.ty),
                Item::Mod(module) => {
                    let inner = module.content.as_ref().map(|(_, items)| items.as_slice());
                    self.add_items(inner.unwrap_or_default());
                }
                _ => {}
            }
        }
    }

    fn add<'s>(&mut self, owner: Option<String>, signatures: impl Iterator<Item = &'s Signature>) {
        let Some(owner) = owner else { return };
        for method in signatures.filter(|signature| signature.receiver().is_some()) {
            self.owners.entry(method.ident.to_string()).or_default().insert(owner.clone());
        }
    }

    fn add_constant(&mut self, name: &syn::Ident, of: &syn::Type) {
        if let Some(of) = type_ref(of).path.pop() {
            self.constants.insert(name.to_string(), of);
        }
    }

    /// Whether a type or trait of this name has such a method of its own.
    pub fn has(&self, owner: &str, method: &str) -> bool {
        self.owners.get(method).is_some_and(|owners| owners.contains(owner))
    }

    /// Whether any of them has such a method: a cheap look before its type is asked for.
    pub fn know(&self, method: &str) -> bool {
        self.owners.contains_key(method)
    }

    /// The type of a constant, if that has methods of its own.
    pub fn of_constant(&self, name: &str) -> Option<&str> {
        self.constants.get(name).map(String::as_str)
    }
}
